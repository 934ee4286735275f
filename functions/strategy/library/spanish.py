"""What the strategies of the library are about, in Spanish: by the name that each has in its file."""

SPANISH: dict[str, tuple[str, str]] = {  # its name, and its description
    "ADX trend": (
        "Tendencia con ADX",
        "El sistema direccional de Welles Wilder: va con el lado cuyo movimiento direccional domina, pero "
        "solo mientras el ADX dice que hay tendencia. El filtro la deja fuera de casi todos los rangos y "
        "la deja entrar tarde. Pierde cuando un movimiento fuerte acaba de terminar, que es cuando el ADX "
        "está más alto.",
    ),
    "Atlas: high probability": (
        "Atlas: alta probabilidad",
        "De Atlas, el agente conservador: entra solo cuando varias lecturas coinciden, una tendencia "
        "larga al alza, una caída corta, un oscilador que gira y una volatilidad tranquila, y toma un "
        "objetivo cercano. Gana a menudo y poco, y opera rara vez. Sus raras pérdidas son mayores que sus "
        "ganancias, así que la tasa de aciertos no dice nada por sí sola.",
    ),
    "Atlas: range reversion": (
        "Atlas: reversión en rango",
        "De Atlas, el agente conservador: compra el borde inferior de un rango y vende el superior, solo "
        "donde el ADX dice que no hay tendencia y la volatilidad no sube. Poco riesgo, un stop estricto y "
        "ninguna entrada más en un día que perdió un 1 %. Salir del rango es su pérdida.",
    ),
    "Atlas: sideways grid": (
        "Atlas: rejilla lateral",
        "De Atlas, el agente conservador: tres órdenes limitadas bajo el precio mientras el mercado va de "
        "lado, por rango medio y no por porcentaje, de modo que la rejilla respira con el mercado. El "
        "régimen decide si opera, y un día que perdió un 1 % se acaba. Una tendencia que empieza dentro "
        "de la rejilla cuesta todo el stop.",
    ),
    "Bollinger breakout": (
        "Ruptura de Bollinger",
        "Compra cuando el cierre sale de la banda superior tras un tiempo tranquilo, medido por lo "
        "estrechas que son las bandas junto a su propia media, y mantiene mientras siga sobre el centro. "
        "La volatilidad viene en racimos: una vela amplia que sale de bandas estrechas suele ser la "
        "primera de varias. La mayoría de las rupturas fallan: pocas ganancias grandes pagan muchas "
        "pérdidas pequeñas.",
    ),
    "Bollinger reversion": (
        "Reversión de Bollinger",
        "Compra cuando el cierre vuelve a entrar en la banda inferior de Bollinger y vende en el centro; "
        "arriba, la imagen especular. Funciona donde los precios oscilan en torno a un nivel, lo que pide "
        "un ADX bajo. En una tendencia se opone al mercado una y otra vez, cada vez hasta su stop.",
    ),
    "Donchian breakout": (
        "Ruptura de Donchian",
        "El canal de Richard Donchian: una orden stop espera en el máximo de las últimas semanas, y la "
        "posición acaba en el mínimo de un plazo más corto. La orden espera en el mercado, así que se "
        "ejecuta en la ruptura y no una vela después; un hueco que la salta se ejecuta en la apertura. "
        "Pierde en rangos que son un poco más anchos que el canal.",
    ),
    "Dual momentum": (
        "Momento dual",
        "La idea de Gary Antonacci: mantener el más fuerte de varios activos, y solo mientras suba; si "
        "no, efectivo. Aquí el oro y el euro en dólares, en velas diarias, comparados sobre medio año. "
        "Evita las caídas largas y se pierde la primera parte de cada recuperación; pierde cuando los "
        "líderes cambian a menudo.",
    ),
    "EMA cross, both ways": (
        "Cruce de EMA en ambos sentidos",
        "En largo mientras la media exponencial rápida está sobre la lenta, en corto mientras está "
        "debajo: siempre en el mercado, así que no pierde ninguna tendencia y paga cada una falsa. El "
        "stop por rango medio solo corta lo que salió mal desde el principio. Pierde en rangos, y en el "
        "lado corto de mercados que suben casi siempre.",
    ),
    "Engulfing reversal": (
        "Giro envolvente",
        "Una vela que se traga la anterior, tras una caída, en un mercado sobre su media larga: los "
        "compradores tomaron el mando en una sola vela. Se compra en la apertura siguiente con el stop "
        "bajo el patrón. Una vela sola dice poco; casi todo lo que gana lo gana el filtro.",
    ),
    "Grid": (
        "Rejilla",
        "Cinco órdenes limitadas bajo el precio, cada una un paso más abajo, vendidas de nuevo sobre la "
        "entrada media: muchas ganancias pequeñas de un precio que oscila. Añade a lo que cae, así que "
        "sus pérdidas son raras y grandes: solo el stop bajo el nivel más bajo, y la exigencia de que no "
        "haya tendencia, la libran de sostener un mercado que cae.",
    ),
    "Ichimoku cloud": (
        "Nube de Ichimoku",
        "El gráfico de un vistazo de Goichi Hosoda: compra cuando el cierre está sobre la nube y la línea "
        "de conversión cruza por encima de la base, y sale cuando el cierre queda bajo la línea base. La "
        "línea retrasada se omite, pues es el mismo hecho visto más tarde. Hecha para tendencias lentas; "
        "en una nube plana opera ruido.",
    ),
    "Kelly channel": (
        "Canal de Kelly",
        "Una ruptura de canal que apuesta más después de ganar y menos después de perder: la mitad de la "
        "fracción de Kelly sobre sus propias últimas operaciones, con un tope. Kelly maximiza el "
        "crecimiento solo si las probabilidades siguen como eran; no lo hacen, así que la mitad y un tope "
        "es lo que se puede defender. Tras unas pocas pérdidas casi se detiene.",
    ),
    "Keltner squeeze": (
        "Compresión de Keltner",
        "La compresión de John Carter: cuando las bandas de Bollinger han estado dentro del canal de "
        "Keltner, el mercado estaba inusualmente tranquilo; la vela en que salen se opera en la dirección "
        "del momento. La mitad de la posición se vende en un primer objetivo. Los tiempos tranquilos a "
        "menudo acaban en nada, y entonces paga el stop.",
    ),
    "MACD signal": (
        "Señal del MACD",
        "El MACD de Gerald Appel: compra cuando la línea cruza por encima de su señal mientras la "
        "tendencia larga sube, y sale en el cruce contrario. El filtro de tendencia ahorra los cruces que "
        "hace un mercado al caer. Por construcción llega tarde a los giros y devuelve una parte de cada "
        "tendencia.",
    ),
    "Momentum scalping": (
        "Scalping de momento",
        "Velas de cinco minutos en las horas activas: un impulso sobre el rango reciente mientras la hora "
        "apunta en el mismo sentido, un objetivo cercano y una salida por tiempo aún más cercana. La "
        "ganancia de una operación son unos pocos diferenciales, así que los costes deciden: con un "
        "diferencial del tamaño de su objetivo ninguna regla así gana nada.",
    ),
    "Nova: momentum scalping": (
        "Nova: scalping de momento",
        "De Nova, el agente agresivo: impulsos cortos en velas de cinco minutos, donde la volatilidad "
        "realizada supera su propia media, con apalancamiento y stops amplios. Hecha para movimientos "
        "fuertes y pocos costes. En mercados tranquilos está ociosa, en mercados que saltan a ambos lados "
        "pierde deprisa; un mes que perdió un 15 % la detiene.",
    ),
    "Nova: manipulation reversal": (
        "Nova: giro de manipulación",
        "De Nova, el agente agresivo: lee el mercado en fases, acumulación, manipulación, distribución, y "
        "compra cuando una manipulación que barrió los mínimos vuelve a subir. La fase es la lectura "
        "causal por reglas, no una predicción. Una fase es una interpretación: donde no hay patrón, opera "
        "uno que se imagina.",
    ),
    "Nova: rapid entries": (
        "Nova: entradas rápidas",
        "De Nova, el agente agresivo: opera las oscilaciones cortas de velas de una hora tan a menudo "
        "como vienen, con apalancamiento, hasta tres entradas en una posición, mientras el mercado se "
        "mueva: un ADX sobre su suelo. Pierde por los costes y los cambios de dirección. Puede perder un "
        "quinto de su capital, y lo dice.",
    ),
    "Opening range breakout": (
        "Ruptura del rango de apertura",
        "El rango de apertura de Toby Crabel, para la primera hora de Londres: se compra el primer cierre "
        "sobre el máximo de esa hora, se vende en corto el primero bajo su mínimo, y el día acaba sin "
        "posición. Una idea al día, con su riesgo conocido de antemano. Pierde en los días que rompen "
        "hacia un lado y cierran en el otro.",
    ),
    "Orion: breakout": (
        "Orion: ruptura",
        "De Orion, el agente moderado: compra la salida de un rango tranquilo, y solo con más volumen de "
        "lo habitual detrás. Una parte se vende en un primer objetivo, el resto sigue con el stop. Las "
        "rupturas falsas son la norma; el límite semanal del 5 % las cuenta.",
    ),
    "Orion: swing": (
        "Orion: oscilación",
        "De Orion, el agente moderado: velas de una hora, en la dirección del día: compra la hora que "
        "sube tras un retroceso mientras la media diaria sube, y la imagen especular. Se mantiene unos "
        "días como mucho. Pierde cuando la dirección del día cambia mientras las horas aún apuntan hacia "
        "ella.",
    ),
    "Orion: trend following": (
        "Orion: seguimiento de tendencia",
        "De Orion, el agente moderado: sigue una tendencia en la que medias, dirección y fuerza "
        "coinciden, y deja que un stop por rango medio siga al mejor precio. Una semana que perdió un 5 % "
        "no trae entradas nuevas. Espera fuera en los rangos y devuelve la última parte de cada "
        "tendencia.",
    ),
    "Parabolic stop and reverse": (
        "Parabólico: stop y giro",
        "El SAR de Welles Wilder: un stop que se acerca con cada nuevo máximo, y un giro donde se toca. "
        "Siempre en el mercado, en un sentido u otro. Encaja con oscilaciones de largo parejo; de lado "
        "gira en cada vuelta y paga los costes de cada una.",
    ),
    "RSI mean reversion": (
        "Reversión a la media con RSI",
        "El RSI de dos días de Larry Connors: compra una caída brusca en un mercado sobre su media larga "
        "y vende la primera recuperación. Muchas ganancias pequeñas, pocas pérdidas grandes: el stop por "
        "tiempo y el stop amplio limitan lo que puede costar una caída que sigue. Pierde cuando un "
        "mercado alcista se vuelve bajista.",
    ),
    "Session VWAP reversion": (
        "Reversión al VWAP de la sesión",
        "Lo mismo dentro de un día: la media ponderada empieza de nuevo a medianoche UTC, se compra un "
        "cierre muy por debajo y se vende en la media, y se vende en corto un cierre muy por encima. Para "
        "mercados con volumen y velas de minutos. En los días de un solo sentido se equivoca de la mañana "
        "a la noche, así que un límite diario los acaba.",
    ),
    "SMA cross": (
        "Cruce de SMA",
        "Compra cuando una media móvil rápida sube por encima de una lenta, y sale cuando vuelve a caer "
        "por debajo. La más antigua de las reglas mecánicas de tendencia. Pierde poco a poco en mercados "
        "que van de lado, donde las medias se cruzan una y otra vez.",
    ),
    "Stochastic pullback": (
        "Retroceso con estocástico",
        "Compra el final de un retroceso: el estocástico sale de su zona baja mientras el mercado está "
        "sobre una media que sube. Vende la mitad en un primer objetivo y el resto cuando el oscilador ha "
        "hecho su recorrido. Pierde en el retroceso que es el comienzo de algo peor.",
    ),
    "Supertrend": (
        "Supertrend",
        "El Supertrend de Olivier Seban: una línea a unos rangos medios del centro de la vela, que solo "
        "se mueve con la tendencia. En largo desde la vela en que la línea gira al alza hasta que gira a "
        "la baja. Simple y robusta en tendencias; en un rango gira en los peores sitios, una y otra vez.",
    ),
    "Time series momentum": (
        "Momento de serie temporal",
        "Lo que subió en los últimos meses tiende a seguir un tiempo (Moskowitz, Ooi, Pedersen 2012): en "
        "largo tras una subida, en corto tras una caída, con un tamaño tal que cada activo mueve el "
        "capital por igual. Gana en tendencias largas de ambos signos y en muchas crisis, y lo devuelve "
        "donde las tendencias se dan la vuelta en un mes.",
    ),
    "Triple screen": (
        "Triple pantalla",
        "Las tres pantallas de Alexander Elder: la semana da la dirección (el histograma del MACD sube), "
        "el día un retroceso contra ella, y una orden stop sobre la última vela la entrada, de modo que "
        "el mercado debe girar antes de comprar. Pocas operaciones, cada una con la marea. Pierde cuando "
        "el giro semanal no lo era.",
    ),
    "Turtle, system 2": (
        "Tortugas, sistema 2",
        "Las reglas que Richard Dennis enseñó en 1983: comprar un nuevo máximo de 55 velas, vender un "
        "nuevo mínimo; un 1 % del capital en riesgo a dos rangos medios, hasta cuatro entradas mientras "
        "sigue la tendencia, y fuera en el extremo contrario de 20 velas. Largos tiempos tranquilos y "
        "caídas profundas entre raras tendencias grandes son su naturaleza.",
    ),
    "VWAP reversion": (
        "Reversión al VWAP",
        "El precio medio ponderado por volumen es lo que pagó la mayor parte del dinero. Compra un cierre "
        "muy por debajo, contado en desviaciones, y vende cuando el precio ha vuelto. Necesita volúmenes "
        "verdaderos, y pierde cuando una noticia mueve el precio para siempre y la media solo lo sigue.",
    ),
    "Z-score pairs": (
        "Pares por puntuación z",
        "Opera la distancia entre dos activos con un motor común, aquí el oro y el euro, ambos en "
        "dólares: cuando su cociente está lejos de su media, compra el barato y vende en corto el caro, y "
        "espera el camino de vuelta. Nada obliga a un cociente a volver. Cuando la relación misma cambia, "
        "el stop por tiempo es lo único que acaba la pérdida.",
    ),
}
