// The draw's page: fetches the four public files, or takes the reader's own, recomputes everything here and shows each step.
import { verify } from './verify.js';

const NAMES = ['candidates.tsv', 'order.json', 'reveals.json', 'result.json'];
const STEPS = ['候选名单格式、排序与编号唯一', '抽取令是规范形式', '候选名单与抽取令一致', '各方揭示与承诺一致', '种子', '抽取结果与候补顺序'];
const root = document.getElementById('verifier');
const out = document.getElementById('verify-out');
const run = document.getElementById('verify-run');
const own = document.getElementById('verify-own');

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function say(text, className) {
  out.replaceChildren(element('p', text, className));
}

async function show(files, where) {
  say('正在重算……', 'pt-note');
  const { candidates, order, reveals, result } = files;
  const steps = await verify({ candidates, order, reveals, result });
  const failed = steps.find(step => !step.ok);
  const list = element('ol', null, 'pt-steps');
  STEPS.forEach((name, i) => {
    const step = steps[i];
    const item = element('li', null, step ? (step.ok ? 'pt-ok' : 'pt-bad') : 'pt-undone');
    item.append(element('span', step ? (step.ok ? '✓ ' : '✗ ') : '— ', 'pt-mark'), element('span', name));
    if (step?.detail) item.append(element('div', step.detail, 'pt-detail'));
    if (!step) item.append(element('div', '前一步不符，没有再算', 'pt-detail'));
    list.append(item);
  });
  const verdict = failed
    ? element('p', `核验不通过。第一处不符：${failed.name}——${failed.detail}`, 'pt-verdict pt-verdict-bad')
    : element('p', `核验通过：${where}的四个文件重算出的结果与公布的完全相同。`, 'pt-verdict pt-verdict-ok');
  out.replaceChildren(verdict, list);
  out.dataset.ok = String(!failed);
}

async function guarded(act) {
  run.disabled = own.disabled = true;
  delete out.dataset.ok;
  try {
    await act();
  } catch (error) {
    say(error.message, 'pt-alert');
  } finally {
    run.disabled = own.disabled = false;
  }
}

run.addEventListener('click', () => guarded(async () => {
  say('正在下载公开文件……', 'pt-note');
  const files = {};
  for (const name of NAMES) {
    const answer = await fetch(root.dataset.base + name);
    if (!answer.ok) throw new Error(`下载 ${name} 失败（${answer.status}），请稍后再试。`);
    files[name.split('.')[0]] = new Uint8Array(await answer.arrayBuffer());
  }
  await show(files, '公布');
}));

own.addEventListener('change', () => guarded(async () => {
  const files = {};
  for (const name of NAMES) {
    const file = [...own.files].find(f => f.name === name);
    if (!file) throw new Error(`请一次选中四个文件：${NAMES.join('、')}。缺少 ${name}。`);
    files[name.split('.')[0]] = new Uint8Array(await file.arrayBuffer());
  }
  await show(files, '您选择');
}));

root.hidden = false;
