// Verifies a DR-1 draw in the reader's browser from the published files alone; asks the server nothing but those files.
// Exports verify({candidates: Uint8Array, order: Uint8Array, reveals: Uint8Array, result: Uint8Array}) → [{name, ok, detail}].
const utf8 = new TextEncoder();
const text = bytes => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
const hex = bytes => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, '0')).join('');
const sha = bytes => crypto.subtle.digest('SHA-256', bytes);
const shaHex = async bytes => hex(await sha(bytes));

function canonical(value) {
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  if (value && typeof value === 'object') return '{' + Object.keys(value).sort().map(k => JSON.stringify(k) + ':' + canonical(value[k])).join(',') + '}';
  return JSON.stringify(value);
}

function compareBytes(a, b) {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

function keysAre(object, keys, where) {
  const found = Object.keys(object ?? {}).sort().join(',');
  if (found !== [...keys].sort().join(',')) throw new Error(`${where} 的键不对：${found}`);
}

function checkText(value, where) {
  if (typeof value === 'string') {
    if (value !== value.normalize('NFC')) throw new Error(`${where} 不是 NFC 文本`);
    if (/[\u0000-\u001f\u007f-\u009f]/.test(value)) throw new Error(`${where} 含控制字符`);
  } else if (value && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) checkText(inner, `${where}.${key}`);
  }
}

function readCandidates(bytes) {
  const whole = text(bytes);
  if (whole.length > 0 && !whole.endsWith('\n')) throw new Error('candidates.tsv 最后一行没有换行');
  const lines = whole === '' ? [] : whole.slice(0, -1).split('\n');
  const strata = new Map();
  const ids = new Set();
  let last = null;
  lines.forEach((line, i) => {
    const parts = line.split('\t');
    if (parts.length !== 2 || !parts[0] || !parts[1]) throw new Error(`candidates.tsv 第 ${i + 1} 行不是“层 制表符 编号”`);
    checkText(parts[0], `第 ${i + 1} 行`);
    checkText(parts[1], `第 ${i + 1} 行`);
    const raw = utf8.encode(line);
    if (last && compareBytes(last, raw) >= 0) throw new Error(`candidates.tsv 第 ${i + 1} 行没有按字节排序`);
    last = raw;
    if (ids.has(parts[1])) throw new Error(`编号 ${parts[1]} 重复`);
    ids.add(parts[1]);
    if (!strata.has(parts[0])) strata.set(parts[0], []);
    strata.get(parts[0]).push(parts[1]);
  });
  return strata;
}

async function drawStratum(seed, order, stratum, ids) {
  const key = new Uint8Array(await sha(utf8.encode(`DR-1|ticket\n${seed}\n${order.kind}\n${order.round}\n${stratum.name}`)));
  const tickets = [];
  // In parts: a county's list is short, a province's would otherwise be a million promises at once.
  for (let from = 0; from < ids.length; from += 4096) {
    tickets.push(...await Promise.all(ids.slice(from, from + 4096).map(async id => {
      const raw = utf8.encode(id);
      const input = new Uint8Array(key.length + raw.length);
      input.set(key);
      input.set(raw, key.length);
      return { id, ticket: new Uint8Array(await sha(input)) };
    })));
  }
  tickets.sort((a, b) => compareBytes(a.ticket, b.ticket));
  return tickets.map(t => t.id);
}

export async function verify(files) {
  const steps = [];
  const check = async (name, act) => {
    try {
      steps.push({ name, ok: true, detail: (await act()) ?? '' });
    } catch (error) {
      steps.push({ name, ok: false, detail: error.message });
      throw error;
    }
  };
  let order, reveals, result, strata, seed;
  try {
    await check('候选名单格式、排序与编号唯一', () => {
      strata = readCandidates(files.candidates);
      return `${[...strata.values()].reduce((n, ids) => n + ids.length, 0)} 个候选`;
    });
    await check('抽取令是规范形式', () => {
      const whole = text(files.order);
      order = JSON.parse(whole);
      if (canonical(order) !== whole) throw new Error('order.json 不是 RFC 8785 规范形式');
      checkText(order, 'order.json');
      keysAre(order, ['protocol', 'draw', 'kind', 'round', 'listHash', 'strata', 'base', 'ratio', 'parties', 'beacon', 'plannedAt'], 'order.json');
      keysAre(order.base, ['count', 'date'], 'base');
      keysAre(order.beacon, ['source', 'date'], 'beacon');
      order.strata.forEach(s => keysAre(s, ['name', 'size', 'count'], 'strata'));
      order.parties.forEach(p => keysAre(p, ['name', 'commitment'], 'parties'));
      if (order.protocol !== 'DR-1') throw new Error(`协议是 ${order.protocol}，不是 DR-1`);
      if (!['object', 'leader', 'officer', 'expert'].includes(order.kind)) throw new Error(`种类 ${order.kind} 不在协议之内`);
      if (!Number.isInteger(order.round) || order.round < 1) throw new Error('轮次不是正整数');
      if (typeof order.draw !== 'string' && !Number.isInteger(order.draw)) throw new Error('抽取编号既不是文本也不是整数');
      if (!/^\d+(\.\d+)?$/.test(order.ratio)) throw new Error('比例不是十进制数');
      if (order.parties.length === 0 || !order.parties.every(p => /^[0-9a-f]{64}$/.test(p.commitment))) throw new Error('缺少参与方，或承诺不是 64 个十六进制字符');
      if (new Set(order.strata.map(s => s.name)).size !== order.strata.length) throw new Error('层重复');
      if (new Set(order.parties.map(p => p.name)).size !== order.parties.length) throw new Error('参与方重复');
    });
    await check('候选名单与抽取令一致', async () => {
      const hash = await shaHex(files.candidates);
      if (hash !== order.listHash) throw new Error(`名单哈希 ${hash} ≠ 抽取令 ${order.listHash}`);
      for (const name of strata.keys()) if (!order.strata.some(s => s.name === name)) throw new Error(`抽取令缺少层 ${name}`);
      for (const s of order.strata) {
        const size = strata.get(s.name)?.length ?? 0;
        if (size !== s.size) throw new Error(`层 ${s.name} 有 ${size} 个，抽取令写 ${s.size}`);
        if (!Number.isInteger(s.count) || s.count < 0) throw new Error(`层 ${s.name} 应抽的个数不是自然数`);
        if (s.count > s.size) throw new Error(`层 ${s.name} 应抽 ${s.count} 多于 ${s.size}`);
      }
      return hash;
    });
    await check('各方揭示与承诺一致', async () => {
      reveals = JSON.parse(text(files.reveals));
      checkText(reveals, 'reveals.json');
      keysAre(reveals, ['reveals', 'beacon'], 'reveals.json');
      if (!reveals.beacon) throw new Error('信标为空');
      if (reveals.reveals.length !== order.parties.length) throw new Error('揭示的方数与抽取令不同');
      for (let i = 0; i < order.parties.length; i++) {
        const reveal = reveals.reveals[i];
        keysAre(reveal, ['party', 'nonce'], 'reveals');
        if (reveal.party !== order.parties[i].name) throw new Error(`第 ${i + 1} 方应是 ${order.parties[i].name}`);
        if (!/^[0-9a-f]{64}$/.test(reveal.nonce)) throw new Error(`${reveal.party} 的随机数格式不对`);
        if (await shaHex(utf8.encode(reveal.nonce)) !== order.parties[i].commitment) throw new Error(`${reveal.party} 的随机数与承诺不符`);
      }
    });
    await check('种子', async () => {
      seed = await shaHex(utf8.encode(`DR-1\n${await shaHex(files.order)}\n${reveals.reveals.map(r => r.nonce + '\n').join('')}${reveals.beacon}\n`));
      result = JSON.parse(text(files.result));
      checkText(result, 'result.json');
      keysAre(result, ['seed', 'order'], 'result.json');
      if (seed !== result.seed) throw new Error(`算得 ${seed}，公布 ${result.seed}`);
      return seed;
    });
    await check('抽取结果与候补顺序', async () => {
      if (result.order.length !== order.strata.length) throw new Error('结果的层数与抽取令不同');
      for (let i = 0; i < order.strata.length; i++) {
        const stratum = order.strata[i];
        const published = result.order[i];
        keysAre(published, ['stratum', 'drawn', 'reserves'], 'result.json');
        if (published.stratum !== stratum.name) throw new Error(`第 ${i + 1} 层应是 ${stratum.name}`);
        const ids = await drawStratum(seed, order, stratum, strata.get(stratum.name) ?? []);
        const wanted = [ids.slice(0, stratum.count), ids.slice(stratum.count)];
        ['drawn', 'reserves'].forEach((name, side) => {
          const at = wanted[side].findIndex((id, n) => id !== published[name][n]);
          if (at >= 0 || published[name].length !== wanted[side].length)
            throw new Error(`层 ${stratum.name} 的${side ? '候补' : '抽中'}第 ${at < 0 ? wanted[side].length + 1 : at + 1} 位应是 ${wanted[side][at] ?? '（无）'}，公布的是 ${published[name][at < 0 ? wanted[side].length : at] ?? '（无）'}`);
        });
      }
      return `${result.order.reduce((n, s) => n + s.drawn.length, 0)} 个抽中`;
    });
  } catch { /* the step that failed is in the list */ }
  return steps;
}
