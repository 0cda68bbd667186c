// Escape hides the words at a claim's passage until it is pointed at or reached anew (WCAG 1.4.13).
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const passage of document.querySelectorAll(".passage:hover, .passage:focus")) {
    passage.classList.add("dismissed");
  }
});
for (const arrival of ["pointerover", "focusin"]) {
  document.addEventListener(arrival, () => {
    for (const passage of document.querySelectorAll(".passage.dismissed")) {
      if (!passage.matches(":hover, :focus")) passage.classList.remove("dismissed");
    }
  });
}
