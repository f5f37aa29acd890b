// Keeps the page of an analysis up to date. Without this file the page loads itself again.
(function () {
  "use strict";

  var place = document.querySelector("[data-ask]");
  var bar = place.querySelector("progress");
  var words = place.querySelector("[role=status]");

  function look() {
    fetch(place.dataset.ask)
      .then(function (answer) {
        // Signed out, or gone: the page itself says so.
        if (answer.redirected || answer.status === 404) {
          location.reload();
          return null;
        }
        return answer.ok ? answer.json() : Promise.reject(answer.status);
      })
      .then(function (job) {
        if (job) {
          show(job);
        }
      })
      .catch(function () {
        setTimeout(look, 5000);
      });
  }

  function show(job) {
    if (!job.unfinished) {
      location.reload();
      return;
    }
    bar.value = job.progress;
    // Those who listen to the page hear what changes, and only that.
    if (words.textContent !== job.doing) {
      words.textContent = job.doing;
    }
    setTimeout(look, 1000);
  }

  setTimeout(look, 1000);
})();
