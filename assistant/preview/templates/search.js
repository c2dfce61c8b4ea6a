// Finds answers by their words. Without this script the page lists every answer all the same.
const $form = document.getElementById("search");
const $query = document.getElementById("query");
const $found = document.getElementById("found");
const $results = document.getElementById("results");
const MOST = 20;

const plain = (text) => text.toLowerCase().replace(/['\u2019]/g, "");

function score(entry, words) {
  const title = plain(entry.title);
  const text = plain(entry.text);
  let total = 0;
  for (const word of words) {
    const inText = text.split(word).length - 1;
    if (!inText && !title.includes(word)) return 0;
    total += inText + (title.includes(word) ? 10 : 0);
  }
  return total;
}

function search() {
  const words = plain($query.value).split(/\s+/).filter((word) => word.length > 1);
  $results.replaceChildren();
  $found.textContent = "";
  if (!words.length) return;
  const hits = SEARCH_INDEX.map((entry) => [score(entry, words), entry])
    .filter(([points]) => points > 0)
    .sort((a, b) => b[0] - a[0]);
  $found.textContent = `${$found.dataset.words}: ${hits.length}`;
  for (const [, entry] of hits.slice(0, MOST)) {
    const $link = document.createElement("a");
    $link.href = entry.url;
    $link.textContent = entry.title;
    const $item = document.createElement("li");
    $item.append($link);
    $results.append($item);
  }
}

$form.hidden = false;
$form.addEventListener("submit", (event) => event.preventDefault());
$query.addEventListener("input", search);
