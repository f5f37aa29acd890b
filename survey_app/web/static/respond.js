// Comfort only: every page works without this file.
(function () {
  "use strict";

  // A second click while the first is under way would only be answered later; the server takes both.
  document.querySelectorAll("form").forEach(function (form) {
    var sent = 0;
    form.addEventListener("submit", function (event) {
      var text = form.dataset.offline;
      if (text && navigator.onLine === false) {
        event.preventDefault();
        tell(form, text);
      } else if (Date.now() - sent < 4000) {
        event.preventDefault();
      } else {
        sent = Date.now();
      }
    });
    window.addEventListener("pageshow", function () {
      sent = 0;
    });
    // An item pointed out as open stops being so once it is answered.
    form.addEventListener("change", function (event) {
      var item = event.target.closest(".open");
      if (item) {
        item.classList.remove("open");
        item.removeAttribute("aria-describedby");
        item.querySelector(".still-open").remove();
      }
    });
  });

  function tell(form, text) {
    var line = form.querySelector("[role=status]");
    if (!line) {
      line = document.createElement("p");
      line.setAttribute("role", "status");
      form.querySelector(".actions").after(line);
    }
    line.textContent = text;
  }

  var notice = document.querySelector(".notice");
  if (notice) {
    notice.focus();
  }

  var later = document.querySelector(".later");
  if (later && navigator.clipboard) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = later.dataset.copy;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(later.querySelector("a").href).then(function () {
        button.textContent = later.dataset.copied;
      });
    });
    later.querySelector("p").after(button);
  }
})();
