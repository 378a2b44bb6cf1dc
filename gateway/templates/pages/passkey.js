// Asks the browser for a passkey, as the page's form says, and sends what it answers with the form.
"use strict";

const form = document.querySelector("form[data-passkey]");
const trouble = form.querySelector("[data-trouble]");

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const credentials = (ids) => ids.map((id) => ({ type: "public-key", id: bytes(id) }));

async function made(told) {
  const user = { ...told.user, id: bytes(told.user.id) };
  const excludeCredentials = credentials(told.excludeCredentials);
  const publicKey = { ...told, user, excludeCredentials, challenge: bytes(told.challenge) };
  const { response } = await navigator.credentials.create({ publicKey });
  return { clientData: text(response.clientDataJSON), attestation: text(response.attestationObject) };
}

async function shown(told) {
  const allowCredentials = credentials(told.allowCredentials);
  const publicKey = { ...told, allowCredentials, challenge: bytes(told.challenge) };
  const { rawId, response } = await navigator.credentials.get({ publicKey });
  return {
    credential: text(rawId),
    clientData: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trouble.textContent = "";
  try {
    const told = JSON.parse(form.dataset.options);
    const answer = await (form.dataset.passkey === "create" ? made(told) : shown(told));
    form.elements.answer.value = JSON.stringify(answer);
    form.submit();
  } catch {
    trouble.textContent = "That did not work: there is no passkey for this, or it was declined. Try again, or go another way.";
  }
});
