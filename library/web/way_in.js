// The page that asks for the token: what comes after # in a link to a step stays in the address.
const form = document.querySelector(".way-in");
form.action = form.getAttribute("action") + location.hash;
