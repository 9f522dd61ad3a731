/* A map from our own vectors. Nothing of it is fetched before somebody asks for it. */
"use strict";
(function () {
  function load(tag, attributes) {
    return new Promise(function (done, failed) {
      var element = document.createElement(tag);
      Object.keys(attributes).forEach(function (name) { element[name] = attributes[name]; });
      element.onload = done;
      element.onerror = failed;
      document.head.appendChild(element);
    });
  }
  function colour(box, name) {
    return getComputedStyle(box).getPropertyValue(name).trim();
  }
  function draw(box, canvas, shapes) {
    var L = window.L;
    var map = L.map(canvas, { attributionControl: false, zoomControl: true, preferCanvas: true });
    var line = colour(box, "--info");
    var layer = L.geoJSON(shapes, {
      style: function () { return { color: line, weight: 4, fillOpacity: 0.15 }; },
      pointToLayer: function (feature, place) { return L.circleMarker(place, { radius: 7, color: line }); },
      onEachFeature: function (feature, part) {
        var label = document.createElement("span");
        label.textContent = feature.properties.name;
        part.bindTooltip(label);
      }
    }).addTo(map);
    map.fitBounds(layer.getBounds().pad(0.1), { maxZoom: 17, animate: false });
  }
  document.querySelectorAll("[data-map]").forEach(function (box) {
    var button = box.querySelector("[data-open]");
    var canvas = box.querySelector(".map-canvas");
    box.hidden = false;
    button.addEventListener("click", function () {
      button.disabled = true;
      Promise.all([
        fetch(box.dataset.map).then(function (answer) {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.json();
        }),
        window.L ? null : load("script", { src: box.dataset.script }),
        window.L ? null : load("link", { rel: "stylesheet", href: box.dataset.style })
      ]).then(function (found) {
        canvas.hidden = false;
        button.hidden = true;
        draw(box, canvas, found[0]);
        canvas.focus();
      }).catch(function () {
        button.disabled = false;
        button.textContent = box.dataset.failed;
      });
    });
  });
})();
