// Runs inside Thunderbird: fetch the inbox, open a reply to one mail, write into it, send it. Ends with "sent" or a reason.
const [password, html, subject, done] = arguments;

const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The value of look() as soon as it is something, or undefined after 20 seconds.
async function await_value(look) {
  for (const end = Date.now() + 20000; Date.now() < end; await pause(150)) {
    const found = look();
    if (found) return found;
  }
  return undefined;
}

function newest_mail(root) {
  const inbox = root.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
  if (!inbox) return undefined;
  let newest;
  try {
    inbox.updateFolder(null);
    for (const mail of inbox.messages) if (mail.mime2DecodedSubject.includes(subject)) newest = mail;
  } catch (error) {
    return undefined; // the folder is not opened yet
  }
  return newest;
}

const windows = (kind) => [...Services.wm.getEnumerator(kind)];
const complaints = () => windows(null).filter((window) => window.location.href.endsWith("/commonDialog.xhtml"));

// The window of a reply when it can be written in; undefined where the program complains that it cannot make one.
async function open_reply(mail, account) {
  const before = new Set(windows("msgcompose"));
  MailServices.compose.OpenComposeWindow(null, mail, mail.folder.getUriForMsg(mail), Ci.nsIMsgCompType.ReplyToSender,
    Ci.nsIMsgCompFormat.Default, account.defaultIdentity, null, null);
  const ready = () => windows("msgcompose").find((window) => !before.has(window) && window.composeEditorReady);
  await await_value(() => ready() || complaints().length);
  return ready();
}

async function reply() {
  const account = MailServices.accounts.accounts[0];
  const server = account.incomingServer;
  server.password = password;
  server.getNewMessages(server.rootFolder, null, null);
  const mail = await await_value(() => newest_mail(server.rootFolder));
  if (!mail) return "no such mail came";
  const window = await open_reply(mail, account);
  if (!window) return "no window to write in";
  const editor = window.GetCurrentEditor();
  editor.beginningOfDocument();
  if (window.gMsgCompose.composeHTML) editor.insertHTML(html);
  else editor.insertText(html.replace(/<[^>]+>/g, ""));
  await pause(200); // the editor notes the change in its own time; sent at once, the words are missing
  const closed = new Promise((resolve) => window.addEventListener("unload", () => resolve("sent"), { once: true }));
  window.goDoCommand("cmd_sendNow");
  return Promise.race([closed, pause(20000).then(() => "it was not sent")]);
}

reply().then(done, (error) => done(String(error)));
