// Comfort only: without this file the fields are typed in and left by Tab.
(function () {
  "use strict";

  var form = document.querySelector("form.typing");
  var fields = Array.from(form.querySelectorAll("input[type=text], textarea"));

  function go(field, step) {
    var next = fields[fields.indexOf(field) + step];
    if (next) {
      next.focus();
      if (next.select) {
        next.select();
      }
    } else if (step > 0) {
      form.querySelector(".actions button").focus();
    }
  }

  // Whether no further digit can follow: 1 of 0 to 10 could still become 10.
  function whole(field) {
    var value = Number(field.value);
    return value * 10 > Number(field.dataset.highest) || field.value.length >= field.maxLength || field.value === "0";
  }

  function check(field) {
    var value = Number(field.value);
    var fits = field.value === "" || (/^\d+$/.test(field.value) && value >= Number(field.dataset.lowest) && value <= Number(field.dataset.highest));
    field.setAttribute("aria-invalid", String(!fits));
    return fits;
  }

  fields.forEach(function (field) {
    var coded = field.dataset.highest !== undefined;
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && field.tagName === "INPUT") {
        event.preventDefault();
        go(field, 1);
      } else if (event.key === "Backspace" && field.value === "") {
        event.preventDefault();
        go(field, -1);
      } else if (event.key === "ArrowDown" && field.tagName === "INPUT") {
        event.preventDefault();
        go(field, 1);
      } else if (event.key === "ArrowUp" && field.tagName === "INPUT") {
        event.preventDefault();
        go(field, -1);
      }
    });
    if (coded) {
      field.addEventListener("input", function () {
        if (check(field) && field.value !== "" && whole(field)) {
          go(field, 1);
        }
      });
    }
  });

  // A second click while the first is under way would only be answered later.
  var sent = false;
  form.addEventListener("submit", function (event) {
    if (sent) {
      event.preventDefault();
    }
    sent = true;
  });
  window.addEventListener("pageshow", function () {
    sent = false;
  });
})();
