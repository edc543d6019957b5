// What was typed and not saved, kept in this browser: it survives a reload, a lost session and a closed window.

export function openDrafts(path, limit = 30) {
  const key = `mailbot wording ${path}`;
  const days = limit * 24 * 3600 * 1000;

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      return found && Date.now() - found.at < days ? found : null;
    } catch {
      return null;
    }
  }

  return {
    read,
    keep(source, after) {
      try {
        localStorage.setItem(key, JSON.stringify({ source, after, at: Date.now() }));
      } catch {
        // A full or forbidden store: typing goes on without it.
      }
    },
    drop() {
      try {
        localStorage.removeItem(key);
      } catch {
        // As above.
      }
    },
  };
}
