"use strict";
for (const field of document.querySelectorAll(".find")) {
  const rows = [...field.nextElementSibling.querySelectorAll("tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const input = field.querySelector("input");
  const told = field.querySelector("output");
  field.hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach((row, place) => {
      const holds = wanted.every((word) => texts[place].includes(word));
      row.hidden = !holds;
      found += holds;
    });
    told.textContent = `${found} / ${rows.length}`;
  });
}
