// A matter runs overdue while the clock is stepped: its handler is reminded, the escalation officer is told in the inbox and by a real mail, orders
// supervision, gets the reply and closes it; the server is killed and started, and a second host comes to it in between, and nobody is told twice. Then a
// new calendar is loaded.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { browser, desk, openPage, phone, picture, served, signIn, site, startMail } from "./site.mjs";

let mail, officer, matter, otherHost;
const sessions = new Map();

served({
    settings: async () => {
        mail = await startMail();
        return { Mail__Host: "127.0.0.1", Mail__Port: String(mail.port) };
    },
    ready: () => { officer = site.personOf("督办员"); },
});
after(() => mail?.stop());

/** One session a person. */
async function as(person) {
    if (!sessions.has(person.userName)) sessions.set(person.userName, await signIn(browser, site, person, desk));
    return sessions.get(person.userName);
}

async function visit(person, path, viewport = desk) {
    const opened = await openPage(await as(person), site, path);
    await opened.page.setViewportSize(viewport);
    await opened.page.waitForLoadState();
    return opened.page;
}

async function ask(person, path) {
    const answer = await (await as(person)).request.get(site.url + path);
    assert.equal(answer.status(), 200, path);
    return answer.json();
}

/** 前进一天, as the administrator of the demonstration does it. */
async function nextDay() {
    const page = await visit(site.personOf("系统管理员"), "/profile");
    await page.locator(".demo-bar button").click();
    await page.waitForLoadState();
    const today = /演示时间 (\d{4}-\d\d-\d\d)/.exec(await page.locator(".demo-bar").innerText())[1];
    await page.close();
    return today;
}

async function until(holds, what) {
    for (let left = 240; left > 0; left--) {
        if (await holds()) return;
        await new Promise(resolve => { setTimeout(resolve, 500); });
    }
    assert.fail(what);
}

/** The lines of the record of alerts about a case. */
async function record(caseNo) {
    const page = await visit(site.personOf("督办员"), `/escalation/alerts?q=${encodeURIComponent(caseNo)}`);
    const lines = [];
    for (;;) {
        lines.push(...await page.locator("table.list tbody tr").evaluateAll(rows => rows.map(row => [...row.cells].map(cell => cell.innerText))));
        const next = page.locator("nav.pager a[rel=next]");
        if (await next.count() === 0) break;
        await page.goto(site.url + await next.getAttribute("href"));
    }
    await page.close();
    return lines;
}

const both = async (page, name) => {
    for (const viewport of [desk, phone]) {
        await page.setViewportSize(viewport);
        const full = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(full <= viewport.width, `${name} is ${full} px wide at ${viewport.width}`);
        await picture(page, name);
    }
    await page.setViewportSize(desk);
};

/** Does the open piece of work of that title and case that the role has. */
async function work(role, title, caseNo, outcome, fill) {
    for (const person of site.people.filter(p => p.roles.includes(role))) {
        let item;
        for (let number = 1; !item; number++) {
            const { items } = await ask(person, `/api/work-items?page=${number}`);
            if (items.length === 0) break;
            item = items.find(i => i.title === title && i.caseNo === caseNo);
        }
        if (!item) continue;
        const page = await visit(person, `/work-items/${item.id}`);
        for (const [name, value] of Object.entries(fill)) await page.locator(`[name="${name}"]`).first().fill(value);
        await page.locator(".outcomes button", { hasText: outcome }).first().click();
        await page.locator(".notice.ok").first().waitFor();
        await page.close();
        return person;
    }
    return assert.fail(`nobody of ${role} has “${title}” of ${caseNo}`);
}

test("a matter runs overdue: reminded, escalated in the inbox and by mail, once whatever happens", { timeout: 600_000 }, async () => {
    const open = (await ask(officer, "/api/deadlines")).filter(d => d.status === "Open" && !d.pausedOn);
    let today = await nextDay();
    // Near its end, so that the reminders of the last days are still to come.
    const near = open.filter(d => d.dueOn > today && new Date(d.dueOn) - new Date(today) >= 864e5);
    // One whose clock a technical test may stop.
    const results = near.filter(d => d.title.startsWith("公示检查结果"));
    matter = results.find(d => /个工作日，跳过/.test(d.explanation)) ?? results[0];
    assert.ok(matter, "no clock runs");
    for (let days = 0; today <= matter.dueOn || !(await record(matter.caseNo)).some(line => /逾期督办/.test(line[0]) && line[2].includes(matter.title)); days++) {
        assert.ok(days < 45, `after 45 days nobody was told about ${matter.title}`);
        if (days === 0) await site.restart();
        if (days === 1) otherHost = await site.second();
        today = await nextDay();
    }
    assert.ok(otherHost, "the matter was late before a second host came");
    await site.restart();
    const before = (await record(matter.caseNo)).length;
    // Two rounds of the duties pass.
    await new Promise(resolve => { setTimeout(resolve, 22_000); });
    const lines = (await record(matter.caseNo)).filter(line => line[2].includes(matter.title));
    assert.equal((await record(matter.caseNo)).length, before, "a restart told somebody again");
    assert.ok(lines.some(line => /临期提醒|到期提醒/.test(line[0]) && /经办/.test(line[1])), "the handler was not reminded");
    const told = lines.map(line => `${line[0].split("\n").at(-1)}|${line[1]}|${line[2]}`);
    assert.equal(new Set(told).size, told.length, "somebody was told twice");

    // The same alert is read at the second host.
    const inbox = await visit(officer, "/notifications");
    await inbox.goto(`${otherHost}/notifications`);
    await inbox.getByText(matter.title).first().waitFor();
    assert.match(await inbox.locator("main").innerText(), /您是督办员，逾期第 1 个工作日起告知您/);
    await inbox.close();
    const address = `${officer.userName}@example.org`;
    await until(() => mail.taken.some(m => m.to.includes(address) && m.text.includes(matter.caseNo) && /已逾期/.test(m.text)), "no mail to the escalation officer");
    // A kill between the mail server's answer and our note of it sends that one mail again under its Message-ID, and a reader's program shows one
    // (docs/adr/0007): so for each of the two kills one at most, and never another mail that says the same.
    const mails = new Map(mail.taken.map(m => [m.id, `${m.to}|${m.text}`]));
    assert.ok(mail.taken.length - mails.size <= 2, `${mail.taken.length} mails of ${mails.size}`);
    assert.equal(new Set(mails.values()).size, mails.size, "somebody got the same twice");
});

test("supervision: ordered, answered, closed once the matter is no longer late", { timeout: 300_000 }, async () => {
    const page = await visit(officer, `/escalation?q=${encodeURIComponent(matter.caseNo)}`);
    const row = page.locator("tbody tr", { hasText: matter.title }).filter({ has: page.locator("textarea") }).first();
    await row.locator("summary").click();
    await row.locator("textarea").fill("请说明逾期原因，三日内回复。");
    await row.getByRole("button").click();
    await page.locator(".notice.ok").waitFor();
    const orderNo = /督\d{4}-\d+/.exec(await page.locator(".notice.ok").innerText())[0];
    await page.goto(`${site.url}/escalation`);
    await both(page, "escalation");
    await page.close();

    const today = /演示时间 (\d{4}-\d\d-\d\d)/.exec(await (await visit(officer, "/profile")).locator(".demo-bar").innerText())[1];
    await work("科室负责人", "回复督办单", orderNo, "回复", { "f.cause": "检测报告迟到", "f.measures": "已催检测机构，今日补齐", "f.promisedOn": today });

    const leader = site.personOf("局长");
    const deadline = await visit(leader, `/deadlines/${matter.id}`);
    assert.match(await deadline.locator("[aria-labelledby=explained]").innerText(), /起算\d+(个工作日|日).*至\d{4}年/s);
    await both(deadline, "deadline");
    assert.match(await deadline.locator("main").innerText(), /依规定不得延长/);
    await deadline.getByText("中止计时", { exact: true }).click();
    await deadline.selectOption("#why", "检测检验");
    await deadline.fill("#paper", "检测报告2026-17");
    await deadline.fill("#from", new Date(Date.parse(matter.dueOn) - 10 * 864e5).toISOString().slice(0, 10));
    await deadline.fill("#until", today);
    await deadline.getByRole("button", { name: "中止", exact: true }).click();
    await deadline.locator(".notice.ok").waitFor();
    assert.match(await deadline.locator("main").innerText(), /补记中止（检测检验，检测报告2026-17）/);
    await deadline.close();

    await work("督办员", "核销督办单", orderNo, "核销", { "f.opinion": "检测期间不计入时限，予以核销。" });
    const closed = await visit(officer, `/cases/${encodeURIComponent(orderNo)}`);
    assert.match(await closed.locator("main").innerText(), /核销督办单/);
    await closed.close();
});

test("the day a new calendar is loaded the moved deadlines are listed and explained", { timeout: 300_000 }, async () => {
    const planner = site.personOf("计划员");
    const open = (await ask(planner, "/api/deadlines")).filter(d => d.status === "Open" && /个工作日/.test(d.explanation));
    const clock = open.at(-1);
    assert.ok(clock, "no clock counts working days");
    const year = clock.dueOn.slice(0, 4);
    const calendar = await ask(planner, `/api/calendar/${year}`);
    const known = new Set(calendar.days.map(d => d.on));
    // Two working days right before the last day become days off.
    const days = [];
    for (let at = Date.parse(clock.dueOn); days.length < 2; at -= 864e5) {
        const on = new Date(at).toISOString().slice(0, 10), weekday = new Date(at).getUTCDay();
        if (weekday !== 0 && weekday !== 6 && !known.has(on)) days.push(on);
    }
    const csv = ["日期,类型,名称,状态", ...calendar.days.map(d => `${d.on},${d.kind === "Off" ? "休" : "班"},${d.name},`), ...days.map(on => `${on},休,临时放假,`)].join("\n");
    const page = await visit(planner, `/deadlines/calendar?year=${year}`);
    await page.setInputFiles("#file", { name: "放假通知.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.getByRole("button", { name: "查看影响" }).first().click();
    await page.getByText(/将有 [1-9]\d* 项时限变动。尚未导入，请确认。/).waitFor();
    await page.getByRole("button", { name: "导入", exact: true }).click();
    await page.locator(".notice.ok, .notice.error").first().waitFor();
    assert.match(page.url(), /\/deadlines\/moved/, await page.locator("main").innerText());
    const text = await page.locator("main").innerText();
    assert.match(text, /临时放假）改为休息/);
    assert.ok(text.includes(clock.title.slice(0, 20)), "the moved deadline is not listed");
    await both(page, "moved");
    await page.goto(`${site.url}/deadlines/calendar?year=${year}`);
    await both(page, "calendar");
    await page.goto(`${site.url}/deadlines/month?scope=all`);
    await both(page, "month");
    await page.goto(`${site.url}/deadlines/ladder`);
    await both(page, "ladder");
    await page.close();
    const alerts = await visit(officer, "/escalation/alerts");
    await both(alerts, "alerts");
    await alerts.close();
});

/** Fills the form that stands under the heading and presses the button; what the page says then. */
async function send(page, button, values) {
    for (const [name, value] of Object.entries(values)) await page.locator(`main [name="${name}"]`).first().fill(value);
    await page.getByRole("button", { name: button, exact: true }).first().click();
    await page.locator(".notice[role=status], .notice[role=alert]").first().waitFor();
    return page.locator(".notice[role=status], .notice[role=alert]").first().innerText();
}

test("the general ladder is changed by two persons, and by one alone it is not", { timeout: 240_000 }, async () => {
    const page = await visit(officer, "/deadlines/ladder");
    const before = await page.locator("#ladder").inputValue();
    assert.match(await send(page, "提出修改", { ladder: `${before}\n-3 县长 经 邮件`, why: "试行" }), /县长/);
    assert.match(await page.locator("#ladder").inputValue(), /县长/, "what was typed is lost");
    assert.match(await send(page, "提出修改", { ladder: `${before}\n-3 督办员 经 信鸽`, why: "试行" }), /信鸽/);
    assert.match(await send(page, "提出修改", { ladder: `${before}\n-9 督办员 局长 经 邮件 短信`, why: "久拖不决的，局长应当知道" }), /另一人|批准/);
    await page.goto(`${site.url}/deadlines/ladder`);
    assert.match(await page.locator("main").innerText(), /由您提出，须由另一人批准/);
    assert.equal(await page.getByRole("button", { name: "批准" }).count(), 0, "who proposed it is offered to approve it");
    const asked = await visit(site.personOf("法制审核"), "/deadlines/ladder");
    assert.match(await asked.locator("section[aria-labelledby=waiting]").innerText(), /批准后，[1-9]\d* 项在办的时限改按新阶梯提醒/);
    await both(asked, "ladder-waiting");
    assert.match(await send(asked, "退回", { opinion: "" }), /退回须写明意见/);
    assert.match(await send(asked, "批准", { opinion: "同意" }), /已批准，[1-9]\d* 项在办的时限改按新阶梯提醒/);
    await asked.goto(`${site.url}/deadlines/ladder`);
    assert.match(await asked.locator("section[aria-labelledby=now]").innerText(), /逾期第?\s*9 个工作日/);
    // The other had it open all the time.
    assert.equal(await page.locator("#waiting").count(), 1);
    await page.goto(`${site.url}/deadlines/ladder`);
    assert.match(await page.locator("section[aria-labelledby=history]").innerText(), /久拖不决的，局长应当知道/);
    await page.close();
    await asked.close();
});

test("a rule is tried on worked examples before it is proposed, and another person puts it in force", { timeout: 240_000 }, async () => {
    const legal = site.personOf("法制审核");
    const page = await visit(legal, "/deadlines/rules/report.close");
    assert.match(await send(page, "试算", { amount: "15", reason: "省厅要求" }), /尚未提出/);
    const tried = page.locator("section[aria-labelledby=propose] table").first();
    assert.ok(await tried.locator("tbody tr").count() >= 3, "no examples stand beside the edit");
    assert.match(await page.locator("section[aria-labelledby=propose]").innerText(), /跳过|补班/);
    await both(page, "rule-tried");
    assert.match(await send(page, "提出修改", { amount: "-2" }), /期限/);
    await page.locator("#citation").evaluate(field => field.removeAttribute("required"));
    assert.match(await send(page, "提出修改", { amount: "15", citation: " ", reason: "省厅要求" }), /依据/);
    assert.match(await send(page, "提出修改", { amount: "15", citation: "某省行政检查办法第十二条", reason: "省厅要求" }), /批准/);
    await page.goto(`${site.url}/deadlines/rules/report.close`);
    assert.equal(await page.getByRole("button", { name: "批准" }).count(), 0);
    await page.close();
    const deputy = await visit(site.personOf("分管副局长"), "/deadlines/rules/report.close");
    assert.match(await deputy.locator("section[aria-labelledby=waiting]").innerText(), /某省行政检查办法第十二条/);
    await both(deputy, "rule-waiting");
    assert.match(await send(deputy, "批准", { opinion: "同意" }), /批准/);
    await deputy.goto(`${site.url}/deadlines/rules/report.close`);
    assert.match(await deputy.locator("section[aria-labelledby=history]").innerText(), /15 ?个工作日/);
    await deputy.close();
});

test("the profile is changed by two persons, who see which rules and which running deadlines it changes", { timeout: 240_000 }, async () => {
    const handler = await visit(site.personOf("案件承办"), "/deadlines/profile");
    assert.equal(await handler.locator("main form").count(), 0, "who may not change it is offered to");
    await handler.close();
    const page = await visit(site.personOf("法制审核"), "/deadlines/rules");
    await page.getByRole("link", { name: "执法领域：应急" }).click();
    const today = await page.locator("#from").getAttribute("min");
    await page.getByLabel("城管").check();
    await page.getByLabel(/按新规则重新计算/).check();
    assert.match(await send(page, "查看影响", { effectiveFrom: today }), /尚未提出/);
    const effect = page.locator("section[aria-labelledby=propose] table").first();
    assert.match(await effect.locator("tr", { hasText: "公示行政处罚决定" }).innerText(), /7 个工作日[\s\S]*安全生产法第七十八条[\s\S]*20 个工作日/);
    assert.match(await effect.locator("tr", { hasText: "补办立案手续" }).innerText(), /没有这项规则/);
    await both(page, "profile-tried");
    assert.match(await send(page, "提出变更", { document: " ", reason: "职责划转" }), /依据文件/);
    assert.ok(await page.getByLabel("城管").isChecked(), "what was chosen is lost");
    assert.match(await send(page, "提出变更", { document: "崇编办发〔2026〕9号" }), /另一人批准/);
    assert.equal(await page.getByRole("button", { name: "批准" }).count(), 0, "who proposed it is offered to approve it");
    await page.close();
    const deputy = await visit(site.personOf("分管副局长"), "/deadlines/profile");
    await both(deputy, "profile-waiting");
    assert.match(await send(deputy, "批准", { opinion: "同意" }), /已批准/);
    await deputy.goto(`${site.url}/deadlines/profile`);
    assert.match(await deputy.locator("section[aria-labelledby=now]").innerText(), /城管[\s\S]*崇编办发〔2026〕9号/);
    await deputy.close();
});
