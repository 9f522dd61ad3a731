/* Small help for every page; all of it works without. */
"use strict";
(function () {
  /* A file field in the page's language: the browser's own button speaks the browser's. */
  document.querySelectorAll("[data-file]").forEach(function (box) {
    var input = box.querySelector("input[type=file]");
    if (!input) return;
    var button = document.createElement("span");
    var names = document.createElement("span");
    button.className = "button button-quiet";
    button.textContent = box.dataset.choose;
    button.setAttribute("aria-hidden", "true");
    names.className = "file-names muted";
    names.textContent = box.dataset.none;
    names.setAttribute("aria-live", "polite");
    box.classList.add("is-dressed");
    box.appendChild(button);
    box.appendChild(names);
    input.addEventListener("change", function () {
      var chosen = Array.prototype.map.call(input.files, function (file) { return file.name; });
      names.textContent = chosen.length ? chosen.join(", ") : box.dataset.none;
    });
  });
  /* A second press while the first is on its way does nothing; the server would not mind either. */
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) event.preventDefault();
    else event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  /* What is wrong is read first. */
  var wrong = document.querySelector(".error-summary");
  if (wrong) wrong.focus();
})();
