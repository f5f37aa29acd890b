// Keeps the figures of fieldwork up to date while they are looked at. Without this file there is a
// link that loads the page again.
(function () {
  "use strict";

  var EVERY = 30000;
  var place = document.querySelector("[data-standing]");
  var told = document.querySelector("[data-refreshed]");
  var last = Date.now();
  var asked = false;

  function look() {
    if (document.visibilityState !== "visible" || asked || Date.now() - last < EVERY) {
      return;
    }
    // Nobody who is reading a table by keyboard is thrown out of it.
    if (place.contains(document.activeElement)) {
      return;
    }
    asked = true;
    fetch(location.href, { headers: { Accept: "text/html" } })
      .then(function (answer) {
        // Signed out, or gone: the page itself says so.
        if (answer.redirected || answer.status === 404) {
          location.reload();
        }
        return answer.ok ? answer.text() : Promise.reject(answer.status);
      })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html");
        var standing = fresh.querySelector("[data-standing]");
        if (standing && !place.contains(document.activeElement)) {
          place.replaceChildren.apply(place, Array.from(standing.childNodes));
          told.textContent = fresh.querySelector("[data-refreshed]").textContent;
        }
      })
      .catch(function () {})
      .then(function () {
        asked = false;
        last = Date.now();
      });
  }

  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
})();
