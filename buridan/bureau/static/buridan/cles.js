// Passkeys: wires our forms to allauth's WebAuthn functions, without the inline data scripts that its own loader reads.
"use strict";
(() => {
  const formulaire = document.querySelector("form[data-cle]");
  const faute = document.getElementById("cle_faute");
  const attendues = document.getElementById("cle_donnees");
  if (!formulaire) return;
  const ids = { credential: "id_credential", add: "cle_bouton", login: "cle_bouton", authenticate: "cle_bouton", passwordless: "id_passwordless" };
  if (attendues) ids.data = "cle_donnees";
  const { addForm, loginForm, authenticateForm } = window.allauth.webauthn.forms;
  ({ ajouter: addForm, entrer: loginForm, verifier: authenticateForm })[formulaire.dataset.cle]({ ids });
  document.getElementById("cle_bouton").addEventListener("click", () => { faute.hidden = true; });
  document.addEventListener("allauth.error", (evenement) => {
    evenement.preventDefault();
    faute.hidden = false;
  });
})();
