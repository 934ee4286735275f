"""Small forms that post a mailed token, in the reader's language. No assets, no cookies, no third party."""

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from typing import Literal

from shared.words import Language

Name = Literal["verify-email", "reset-password", "forgot-password"]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "verify-email": "Confirm your address",
        "reset-password": "Choose a new password",
        "forgot-password": "Forgot your password?",
        "password": "New password",
        "email": "Email",
        "send": "Go on",
        "verify-email-done": "Your address is confirmed. You can sign in now.",
        "reset-password-done": "Your password is changed. Sign in with it.",
        "forgot-password-done": "If there is such an account, a letter is on its way.",
        "unreachable": "The server cannot be reached. Try again.",
    },
    "es": {
        "verify-email": "Confirma tu correo",
        "reset-password": "Elige una contraseña nueva",
        "forgot-password": "¿Olvidaste tu contraseña?",
        "password": "Contraseña nueva",
        "email": "Correo electrónico",
        "send": "Continuar",
        "verify-email-done": "Tu correo está confirmado. Ya puedes iniciar sesión.",
        "reset-password-done": "Tu contraseña ha cambiado. Inicia sesión con ella.",
        "forgot-password-done": "Si existe esa cuenta, hay una carta en camino.",
        "unreachable": "No se puede contactar con el servidor. Inténtalo de nuevo.",
    },
}
FIELDS: dict[Name, tuple[str, str]] = {  # what is asked: the word for it, and its attributes
    "reset-password": ("password", 'name="password" type="password" autocomplete="new-password"'),
    "forgot-password": ("email", 'name="email" type="email" autocomplete="email"'),
}

STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { display: grid; place-items: center; min-height: 90vh; margin: 1rem }
main { width: min(24rem, 100%) }
h1 { font-size: 1.5rem; font-weight: 600 }
label { display: block; margin-bottom: 1rem }
input, button { box-sizing: border-box; width: 100%; padding: .6rem .8rem }
input, button { font: inherit; border-radius: .4rem }
input { border: 1px solid #888; margin-top: .3rem }
button { border: 0; background: #1f4fd8; color: #fff; cursor: pointer }
button:disabled { opacity: .5 }
"""
SCRIPT = """
const form = document.querySelector("form"), said = document.querySelector("output");
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  const body = Object.fromEntries(new FormData(form));
  if (token) body.token = token;
  try {
    const answer = await fetch("/v1/auth/" + form.dataset.page, {
      method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
    if (answer.ok) { form.hidden = true; said.textContent = form.dataset.done; return }
    said.textContent = (await answer.json()).detail;
  } catch { said.textContent = form.dataset.unreachable }
  button.disabled = false;
});
"""


def _source(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


HEADERS = {
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'; form-action 'none'; base-uri 'none';"
    f" frame-ancestors 'none'; script-src {_source(SCRIPT)}; style-src {_source(STYLE)}"
}


def html(page: Name, language: Language) -> str:
    words = {name: escape(text) for name, text in WORDS[language].items()}
    return f"""<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{words[page]} · Astrolabe</title>
<style>{STYLE}</style>
<main>
<h1>{words[page]}</h1>
<form data-page="{page}" data-done="{words[page + "-done"]}" data-unreachable="{words["unreachable"]}">
{_field(page, words)}<button>{words["send"]}</button>
</form>
<output role="status"></output>
</main>
<script>{SCRIPT}</script>
</html>
"""


def _field(page: Name, words: Mapping[str, str]) -> str:
    if page not in FIELDS:
        return ""
    word, attributes = FIELDS[page]
    return f"<label>{words[word]} <input {attributes} required></label>"
