/* What the machine gives at most: moving averages, one position, costs, curve and trades, in plain C.
   No grid, no lots, no refusals, one rule. */

struct trade { long entry, exit; double bought, sold; };

static double mean(const double *x, long last, long window)
{
    double sum = 0;
    for (long i = last - window + 1; i <= last; i++) sum += x[i];
    return sum;
}

/* stop and target are fractions of the fill, or 0. Returns the number of trades. */
long whole(const double *open, const double *high, const double *low, const double *close, long bars,
           long fast, long slow, double cash, double fee, double stop, double target,
           double *equity, struct trade *trades)
{
    long count = 0, entry = 0;
    double held = 0, bought = 0, worst = 0, best = 0;
    double f = mean(close, slow - 1, fast), s = mean(close, slow - 1, slow);
    int above = f * slow > s * fast, below = f * slow < s * fast, enter = 0, leave = 0;
    for (long i = 0; i < slow; i++) equity[i] = cash;
    for (long i = slow; i < bars; i++) {
        if (leave && held > 0) {
            cash += held * open[i] * (1 - fee);
            trades[count++] = (struct trade){entry, i, bought, open[i]};
            held = 0;
        } else if (enter && held == 0) {
            bought = open[i], entry = i;
            held = cash / (bought * (1 + fee)), cash = 0;
            worst = bought * (1 - stop), best = bought * (1 + target);
        }
        enter = leave = 0;
        if (stop > 0 && held > 0 && (low[i] <= worst || high[i] >= best)) {
            double sold = low[i] <= worst ? (open[i] < worst ? open[i] : worst)
                                          : (open[i] > best ? open[i] : best);
            cash += held * sold * (1 - fee);
            trades[count++] = (struct trade){entry, i, bought, sold};
            held = 0;
        }
        f += close[i] - close[i - fast], s += close[i] - close[i - slow];
        int now_above = f * slow > s * fast, now_below = f * slow < s * fast;
        enter = now_above && !above, leave = now_below && !below;
        above = now_above, below = now_below;
        equity[i] = cash + held * close[i];
    }
    return count;
}

/* Averages are rows of `bars`, once for each window. Final value, trips and daily returns of each pair. */
long sweep(const double *open, const double *high, const double *low, const double *close, long bars,
           const double *averages, const int *pairs, long count, double initial, double fee,
           double stop, double target, long day, double *finals, double *sums)
{
    long trips = 0;
    for (long p = 0; p < count; p++) {
        const double *fast = averages + pairs[3 * p] * bars, *slow = averages + pairs[3 * p + 1] * bars;
        double cash = initial, held = 0, before = initial, sum = 0, squares = 0, worst = 0, best = 0;
        long start = pairs[3 * p + 2];
        int above = fast[start - 1] > slow[start - 1], below = fast[start - 1] < slow[start - 1];
        int enter = 0, leave = 0;
        for (long from = start, to; from < bars; from = to) {
            to = (from / day + 1) * day < bars ? (from / day + 1) * day : bars;
            for (long i = from; i < to; i++) {
                if (leave && held > 0) {
                    cash += held * open[i] * (1 - fee), held = 0, trips++;
                } else if (enter && held == 0) {
                    held = cash / (open[i] * (1 + fee)), cash = 0;
                    worst = open[i] * (1 - stop), best = open[i] * (1 + target);
                }
                if (stop > 0 && held > 0 && (low[i] <= worst || high[i] >= best)) {
                    double sold = low[i] <= worst ? (open[i] < worst ? open[i] : worst)
                                                  : (open[i] > best ? open[i] : best);
                    cash += held * sold * (1 - fee), held = 0, trips++;
                }
                int now_above = fast[i] > slow[i], now_below = fast[i] < slow[i];
                enter = now_above && !above, leave = now_below && !below;
                above = now_above, below = now_below;
            }
            double equity = cash + held * close[to - 1], r = equity / before - 1;
            sum += r, squares += r * r, before = equity;
        }
        finals[p] = before, sums[2 * p] = sum, sums[2 * p + 1] = squares;
    }
    return trips;
}
