// Back to the start screen: soon after the thanks, and where nobody has touched the screen for long.
(function () {
  "use strict";

  function after(seconds, what) {
    return window.setTimeout(what, seconds * 1000);
  }

  function leave(home) {
    window.location.replace(home);
  }

  var thanks = document.querySelector("[data-home][data-after]");
  if (thanks) {
    after(Number(thanks.dataset.after), function () {
      leave(thanks.dataset.home);
    });
  }

  var bar = document.querySelector(".kiosk");
  if (!bar) {
    return;
  }
  var dialog = bar.querySelector("dialog");
  var home = bar.dataset.home;
  var timer;

  function ask() {
    dialog.showModal();
    timer = after(Number(dialog.dataset.after), function () {
      leave(home);
    });
  }

  function touched() {
    window.clearTimeout(timer);
    if (dialog.open) {
      dialog.close();
    }
    timer = after(Number(bar.dataset.idle), ask);
  }

  ["pointerdown", "keydown", "wheel", "touchmove"].forEach(function (kind) {
    document.addEventListener(kind, touched, { passive: true });
  });
  dialog.querySelector(".on").addEventListener("click", touched);
  touched();
})();
