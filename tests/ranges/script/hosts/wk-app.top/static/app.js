fetch("/static/view.json").then(r => r.json()).then(v => setTimeout(() => {
  document.title = v.title;
  document.head.insertAdjacentHTML("beforeend", v.style);
  document.getElementById("app").innerHTML = v.body;
}, 400));
