// A show of hands. What is typed beside an answer becomes two bars, hollow for the hands that went up alone and filled
// for those after the discussion, on one scale for all answers. A click on an answer types it into the question's
// box and checks it. Each slide has its own; nothing is kept beyond the page, and nothing is sent.
for (const vote of document.querySelectorAll(".hands")) {
  const rows = [...vote.querySelectorAll(".hands-row")];
  const fields = (row) => [...row.querySelectorAll("input")];

  function draw() {
    const counts = rows.map((row) => fields(row).map((field) => Number(field.value)));
    const most = Math.max(1, ...counts.flat());
    const votes = Math.max(...[0, 1].map((when) => counts.reduce((sum, row) => sum + row[when], 0)));
    rows.forEach((row, place) =>
      row.querySelectorAll(".hands-bars i").forEach((bar, when) => {
        bar.style.width = `${(100 * counts[place][when]) / most}%`;
        bar.hidden = !counts[place][when];
      }),
    );
    vote.querySelector(".hands-of").textContent = votes ? `hands, of ${votes}` : "hands";
  }

  vote.addEventListener("input", ({ target }) => {
    target.value = target.value.replace(/\D/g, "");
    draw();
  });
  // Down and Enter go to the next answer's field, up to the one before.
  vote.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("input")) return;
    const when = fields(event.target.closest(".hands-row")).indexOf(event.target);
    const column = rows.map((row) => fields(row)[when]);
    column[column.indexOf(event.target) + step]?.focus();
    event.preventDefault();
  });
  vote.addEventListener("focusin", ({ target }) => target.select?.());
  vote.addEventListener("click", ({ target }) => {
    const answer = target.closest("button")?.dataset.answer;
    const box = answer && vote.closest("section").querySelector(".pc-answer input");
    if (!box) return;
    box.value = answer;
    box.form.requestSubmit();
  });
  draw();
}
