// Holds the page's own text in both languages, and formats dates in each.

export const WORDS = {
  en: {
    sandbox: "sandbox",
    viewing_as: "Viewing as",
    channels: "Channels",
    apps: "Apps",
    nav_note: "A fake Slack on this computer. Nothing leaves it.",
    tab_home: "Home",
    tab_messages: "Messages",
    thread: "Thread",
    compose_note: "Enter sends · Shift + Enter new line · / for commands",
    message_to: "Message {place}",
    message_to_or_command: "Message {place}, or / for a command",
    message_or_command: "Message or /command",
    reply_to: "Reply…",
    send: "Send",
    close: "Close",
    cancel: "Cancel",
    submit: "Submit",
    menu: "Channels",
    more: "More actions",
    only_you: "Only visible to you",
    edited: "(edited)",
    app: "APP",
    reply: "Reply in thread",
    replies_one: "1 reply",
    replies_many: "{n} replies",
    last_reply: "last {when}",
    people: "{n} members",
    bot_here: "pactbot is in this channel",
    bot_away: "pactbot is not in this channel",
    invite: "Invite pactbot",
    remove: "Remove",
    archived: "archived",
    archived_note: "This channel is archived. Nothing can be posted here.",
    unarchive: "Unarchive",
    live_sockets_one: "pactbot connected",
    live_sockets_many: "pactbot connected · {n} sockets",
    live_http: "pactbot over HTTP",
    waiting: "waiting for pactbot",
    page_offline: "page disconnected, trying again",
    empty: "Nothing here yet. Type /pact status to ask.",
    empty_home: "pactbot has not published a home tab for you yet.",
    loading: "Loading…",
    unread: "unread",
    today: "Today",
    yesterday: "Yesterday",
    failed: "That did not work: {why}",
    no_answer: "pactbot did not answer in time.",
    no_commands_in_threads: "Slash commands do not work in threads. Mention @pactbot instead.",
    image: "Image",
    chart: "Chart",
    choose: "Choose",
    optional: "(optional)",
    sent_to_channel: "also sent to the channel",
    hint_invite: "bring pactbot into this channel",
    hint_remove: "take pactbot out of this channel",
    hint_archive: "archive this channel",
    hint_unarchive: "bring this channel back",
    local_time: "{clock} in {zone}",
    ahead: "{span} ahead",
    clock: "The sandbox's clock",
    gallery: "Gallery",
    gallery_intro: "Every message and view, drawn by the bot's own renderers from made-up articles.",
    gallery_phone: "Phone width",
    gallery_sentences: "Every sentence",
    gallery_to_sandbox: "Back to the sandbox",
    language_en: "English",
    language_ko: "Korean",
    hours: "{n} h",
    kind_correction: "A correction",
    kind_correction_why: "the newest article about the pact is corrected; its card is edited",
    kind_english: "An English story",
    kind_english_why: "about the pact; a card in seconds",
    kind_flash: "A flash",
    kind_flash_why: "a headline alone; the article follows in 20 seconds",
    kind_korean: "A Korean story",
    kind_korean_why: "about the pact; a card in seconds",
    kind_official: "An official release",
    kind_official_why: "from a government's page",
    kind_other: "Another country's pact",
    kind_other_why: "Britain's or Japan's; never posted as the Korean one",
    kind_spelling: "A name spelled in a new way",
    kind_spelling_why: "no card; once a week the scout proposes such names in #ops",
    kind_trap: "An article that only looks alike",
    kind_trap_why: "양자 회담, AI 방역; nothing may be posted",
    kind_withdrawal: "Withdraw the last page",
    kind_withdrawal_why: "the newest article about the pact is taken down; its card and thread say so",
    none_left: "Every story of this kind was published.",
    none_left_withdrawal: "Publish a story first, and wait for its card.",
    log: "Outlets' log",
    log_outlets: "Sources asked",
    log_pages: "Pages read",
    log_published: "Published last",
    log_times: "{n} times",
    minutes: "{n} min",
    move_digest: "To the next digest",
    move_digest_why: "put the clock to just before the next digest; it comes within seconds",
    move_hour: "+1 h",
    move_hour_why: "put the clock forward by an hour, at most to what falls due next",
    move_morning: "To the morning",
    move_morning_why: "put the clock to the next morning, 08:30, at most to what falls due next",
    moved: "The clock was put forward. What falls due comes within seconds.",
    publish: "Publish a story",
    published_other: "Published. Nothing appears where only the Korean pact is followed.",
    published_spelling: "Published. No card comes: the lexicon does not know the name. Put the clock forward and look at #ops: once a week such names are proposed there.",
    published_trap: "Published. Nothing may appear in any channel: the article only looks alike.",
    published_withdrawal: "Withdrawn. The bot asks for the page again within seconds.",
    published: "Published. The bot reads each outlet every few seconds.",
    role_admin: "admin",
    role_guest: "guest",
    role_member: "member",
    role_partner: "of {team}",
    back: "Back",
    shortcuts: "Shortcuts",
    download: "download",
    nothing_found: "No results",
    required: "Please complete this required field.",
    take_away: "Remove {what}",
    too_long: "At most {n} characters.",
    too_short: "At least {n} characters.",
    wrong_form: "Please check this value.",
  },
  ko: {
    sandbox: "샌드박스",
    viewing_as: "보는 사람",
    channels: "채널",
    apps: "앱",
    nav_note: "이 컴퓨터 안에서만 도는 모의 Slack입니다. 밖으로 나가는 것은 없습니다.",
    tab_home: "홈",
    tab_messages: "메시지",
    thread: "스레드",
    compose_note: "Enter 전송 · Shift + Enter 줄바꿈 · / 명령어",
    message_to: "{place}에 메시지 보내기",
    message_to_or_command: "{place}에 메시지 보내기, 명령어는 /",
    message_or_command: "메시지 또는 /명령어",
    reply_to: "답글 쓰기…",
    send: "보내기",
    close: "닫기",
    cancel: "취소",
    submit: "제출",
    menu: "채널 목록",
    more: "추가 작업",
    only_you: "나에게만 표시됨",
    edited: "(편집됨)",
    app: "앱",
    reply: "스레드에서 답글",
    replies_one: "답글 1개",
    replies_many: "답글 {n}개",
    last_reply: "마지막 {when}",
    people: "멤버 {n}명",
    bot_here: "pactbot이 이 채널에 있습니다",
    bot_away: "pactbot이 이 채널에 없습니다",
    invite: "pactbot 초대",
    remove: "내보내기",
    archived: "보관됨",
    archived_note: "보관된 채널입니다. 여기에는 글을 올릴 수 없습니다.",
    unarchive: "보관 해제",
    live_sockets_one: "pactbot 연결됨",
    live_sockets_many: "pactbot 연결됨 · 소켓 {n}개",
    live_http: "pactbot HTTP 연결",
    waiting: "pactbot을 기다리는 중",
    page_offline: "페이지 연결이 끊겨 다시 시도하는 중",
    empty: "아직 아무것도 없습니다. /pact 상태 를 입력해 물어보세요.",
    empty_home: "pactbot이 아직 홈 탭을 만들지 않았습니다.",
    loading: "불러오는 중…",
    unread: "읽지 않음",
    today: "오늘",
    yesterday: "어제",
    failed: "실패했습니다: {why}",
    no_answer: "pactbot이 제때 응답하지 않았습니다.",
    no_commands_in_threads: "스레드에서는 명령어를 쓸 수 없습니다. 대신 @pactbot을 불러 주세요.",
    image: "이미지",
    chart: "차트",
    choose: "선택",
    optional: "(선택 사항)",
    sent_to_channel: "채널에도 전송됨",
    hint_invite: "이 채널에 pactbot 초대",
    hint_remove: "이 채널에서 pactbot 내보내기",
    hint_archive: "이 채널 보관",
    hint_unarchive: "이 채널 보관 해제",
    local_time: "{zone} {clock}",
    ahead: "{span} 앞",
    clock: "샌드박스 시계",
    gallery: "갤러리",
    gallery_intro: "봇의 실제 렌더러로 그린 모든 메시지와 화면입니다. 기사는 지어낸 것입니다.",
    gallery_phone: "휴대전화 너비",
    gallery_sentences: "모든 문장",
    gallery_to_sandbox: "샌드박스로 돌아가기",
    language_en: "영어",
    language_ko: "한국어",
    hours: "{n}시간",
    kind_correction: "정정 기사",
    kind_correction_why: "협약을 다룬 가장 최근 기사가 정정되고, 카드가 고쳐집니다",
    kind_english: "영어 기사",
    kind_english_why: "협약 기사. 몇 초 안에 카드가 옵니다",
    kind_flash: "속보",
    kind_flash_why: "제목만 먼저, 20초 뒤 본문이 나옵니다",
    kind_korean: "한국어 기사",
    kind_korean_why: "협약 기사. 몇 초 안에 카드가 옵니다",
    kind_official: "정부 발표",
    kind_official_why: "정부 누리집에 올라옵니다",
    kind_other: "다른 나라의 협약",
    kind_other_why: "영국·일본 협약. 한미 협약으로 올리지 않습니다",
    kind_spelling: "이름 표기가 낯선 기사",
    kind_spelling_why: "카드는 오지 않고, 일주일에 한 번 #ops 채널에 새 표기를 제안합니다",
    kind_trap: "비슷해 보이기만 하는 기사",
    kind_trap_why: "양자 회담, AI 방역. 아무것도 올라오지 않아야 합니다",
    kind_withdrawal: "최근 기사 삭제",
    kind_withdrawal_why: "협약을 다룬 가장 최근 기사가 내려가고, 카드와 스레드에 표시됩니다",
    none_left: "이 종류의 기사는 모두 발행했습니다.",
    none_left_withdrawal: "먼저 기사를 발행하고 카드가 올 때까지 기다려 주세요.",
    log: "매체 기록",
    log_outlets: "확인한 출처",
    log_pages: "읽은 기사",
    log_published: "최근 발행",
    log_times: "{n}번",
    minutes: "{n}분",
    move_digest: "다음 요약으로",
    move_digest_why: "다음 요약 직전으로 시계를 옮깁니다. 요약은 몇 초 안에 옵니다",
    move_hour: "+1시간",
    move_hour_why: "시계를 1시간 앞으로 옮깁니다. 그 전에 올 것이 있으면 거기서 멈춥니다",
    move_morning: "아침으로",
    move_morning_why: "다음 날 아침 8시 30분으로 옮깁니다. 그 전에 올 것이 있으면 거기서 멈춥니다",
    moved: "시계를 앞으로 옮겼습니다. 올 차례가 된 것은 몇 초 안에 옵니다.",
    publish: "기사 발행",
    published_other: "발행했습니다. 한미 협약만 구독하는 채널에는 아무것도 올라오지 않습니다.",
    published_spelling: "발행했습니다. 사전에 없는 표기라 카드는 오지 않습니다. 시계를 앞으로 옮기고 #ops 채널을 보세요. 일주일에 한 번 새 표기를 제안합니다.",
    published_trap: "발행했습니다. 비슷해 보이기만 하는 기사라 어느 채널에도 아무것도 올라오지 않아야 합니다.",
    published_withdrawal: "기사를 내렸습니다. 봇이 몇 초 안에 기사를 다시 확인합니다.",
    published: "발행했습니다. 봇은 몇 초마다 각 매체를 읽습니다.",
    role_admin: "관리자",
    role_guest: "게스트",
    role_member: "멤버",
    role_partner: "{team} 소속",
    back: "뒤로",
    shortcuts: "바로가기",
    download: "내려받기",
    nothing_found: "검색 결과가 없습니다",
    required: "필수 항목입니다. 입력해 주세요.",
    take_away: "{what} 빼기",
    too_long: "{n}자까지 쓸 수 있습니다.",
    too_short: "{n}자 이상 써 주세요.",
    wrong_form: "값을 확인해 주세요.",
  },
};

let language = "en";
let present = Date.now() / 1000;

// The page has one language: the one that was chosen last, else the browser's.
export function chosenLanguage() {
  return localStorage.getItem("language") ?? navigator.language.slice(0, 2);
}

export function setLanguage(code, remember = false) {
  language = WORDS[code] ? code : "en";
  document.documentElement.lang = language;
  if (remember) localStorage.setItem("language", language);
}

// The present is the sandbox's, which may be ahead of the browser's clock.
export function setNow(seconds) {
  present = seconds;
}

export function currentLanguage() {
  return language;
}

export function word(key, fill = {}) {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => String(fill[name] ?? ""));
}

const LOCALES = { en: "en-US", ko: "ko-KR" };

export function clock(seconds, zone) {
  return new Intl.DateTimeFormat(LOCALES[language], { timeStyle: "short", timeZone: zone }).format(seconds * 1000);
}

export function fullDate(seconds, zone) {
  const style = { dateStyle: "full", timeStyle: "long", timeZone: zone };
  return new Intl.DateTimeFormat(LOCALES[language], style).format(seconds * 1000);
}

export function dayKey(seconds, zone) {
  return new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone: zone }).format(seconds * 1000);
}

export function dayName(seconds, zone, now = present) {
  if (dayKey(seconds, zone) === dayKey(now, zone)) return word("today");
  if (dayKey(seconds, zone) === dayKey(now - 86400, zone)) return word("yesterday");
  const style = { weekday: "long", month: "long", day: "numeric", timeZone: zone };
  return new Intl.DateTimeFormat(LOCALES[language], style).format(seconds * 1000);
}

// Formats Slack's <!date^…> tokens in the viewer's zone and language.
const DATE_STYLES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { dateStyle: "long" },
  date_short: { dateStyle: "medium" },
  date_long: { dateStyle: "full" },
  date_pretty: { dateStyle: "long" },
  date_short_pretty: { dateStyle: "medium" },
  date_long_pretty: { dateStyle: "full" },
  time: { timeStyle: "short" },
  time_secs: { timeStyle: "medium" },
  day_divider_pretty: { dateStyle: "full" },
};

export function slackDate(seconds, format, zone) {
  return format.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === "ago") return ago(seconds);
    const style = DATE_STYLES[token];
    if (!style) return whole;
    if (token.endsWith("_pretty") && [word("today"), word("yesterday")].includes(dayName(seconds, zone))) {
      return dayName(seconds, zone);
    }
    return new Intl.DateTimeFormat(LOCALES[language], { ...style, timeZone: zone }).format(seconds * 1000);
  });
}

export function ago(seconds) {
  const passed = seconds - present;
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const format = new Intl.RelativeTimeFormat(LOCALES[language], { numeric: "auto" });
  for (const [unit, size] of steps) {
    if (Math.abs(passed) >= size) return format.format(Math.round(passed / size), unit);
  }
  return format.format(Math.round(passed), "second");
}

// A date-time picker shows the viewer's zone, and sends seconds since 1970.
export function toLocalInput(seconds, zone) {
  const parts = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone }).format(seconds * 1000);
  return parts.replace(" ", "T");
}

export function fromLocalInput(text, zone) {
  const guess = Date.parse(`${text}:00Z`) / 1000;
  const shown = Date.parse(`${toLocalInput(guess, zone)}:00Z`) / 1000;
  return guess - (shown - guess);
}
