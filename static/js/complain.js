/* Two helps on the citizen's pages; both pages work without. */
"use strict";
(function () {
  function button(place, label) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "button button-quiet";
    made.textContent = label;
    place.appendChild(made);
    place.hidden = false;
    place.setAttribute("aria-live", "polite");
    return made;
  }
  function say(place, words) {
    place.textContent = words;
  }
  /* Where the phone is: only when asked, and only into this form. */
  var position = document.getElementById("position");
  if (position && navigator.geolocation && window.isSecureContext) {
    button(position, position.dataset.ask).addEventListener("click", function () {
      navigator.geolocation.getCurrentPosition(function (fix) {
        document.getElementById("id_latitude").value = fix.coords.latitude.toFixed(6);
        document.getElementById("id_longitude").value = fix.coords.longitude.toFixed(6);
        say(position, position.dataset.done);
      }, function () {
        say(position, position.dataset.failed);
      }, { enableHighAccuracy: true, timeout: 20000 });
    });
  }
  /* Number and code into the clipboard. */
  var copy = document.querySelector("[data-copy]");
  if (copy && navigator.clipboard) {
    button(copy, copy.dataset.label).addEventListener("click", function () {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () {
        say(copy, copy.dataset.done);
      });
    });
  }
})();
