// What a citizen does without signing in: reads every section, and recomputes a draw in the browser, where a forged one does not pass.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, desk, openPage, phone, picture, served, signIn, site } from "./site.mjs";

let places;

served({ ready: async () => { places = await findPlaces(); } });

/** A page of somebody who is nobody to the site. */
async function visit(path, options = {}) {
    const context = await browser.newContext({ viewport: desk, locale: "zh-CN", timezoneId: "Asia/Shanghai", ...options });
    context.setDefaultTimeout(60_000);
    const opened = await openPage(context, site, path);
    await opened.page.waitForLoadState();
    return { ...opened, close: () => context.close() };
}

/** Every kind of page of the portal, by the name of its picture: found as a citizen finds it, by following the links. */
async function findPlaces() {
    const { page, close } = await visit("/portal/draws");
    const all = await page.locator("main table a").evaluateAll(links => links.map(link => link.getAttribute("href")));
    let proof;
    for (const path of all) {
        await page.goto(site.url + path);
        if (await page.locator("#verifier").count() > 0 && /抽取检查对象/.test(await page.locator("h1").innerText())) { proof = path; break; }
    }
    assert.ok(proof, "no draw of objects is complete");
    const first = async section => {
        await page.goto(`${site.url}/portal/${section}`);
        return page.locator("main a[href*='/portal/publications/']").first().getAttribute("href");
    };
    const found = {
        home: "/portal", items: "/portal/items", plans: "/portal/plans", announcements: "/portal/announcements", announcement: await first("announcements"),
        draws: "/portal/draws", draw: proof, results: "/portal/results", result: await first("results"), penalties: "/portal/penalties", algorithm: "/portal/algorithm",
        ceremony: `${proof}/ceremony`, fairness: "/portal/fairness", listed: "/portal/listed?code=CX00012",
    };
    await close();
    return found;
}

for (const [width, viewport] of [[1280, desk], [390, phone]]) {
    test(`every page is read without signing in, ${width} px wide`, { timeout: 240_000 }, async () => {
        const { page, faults, close } = await visit("/portal", { viewport });
        for (const [name, path] of Object.entries(places)) {
            await page.goto(site.url + path);
            assert.ok((await page.locator("main").innerText()).length > 40, `${path} says nothing`);
            const full = await page.evaluate(() => document.documentElement.scrollWidth);
            assert.ok(full <= width, `${path} is ${full} px wide`);
            await picture(page, `portal-${name}`);
        }
        assert.deepEqual(faults, []);
        await close();
    });
}

test("the sections say what the law asks for", { timeout: 120_000 }, async () => {
    const { page, faults, close } = await visit("/portal/items");
    assert.ok(await page.getByText(/依据/).count() > 0);
    for (const [path, words] of [["plans", /2026/], ["announcements", /公告/], ["results", /公司|厂|站/]]) {
        await page.goto(`${site.url}/portal/${path}`);
        assert.match(await page.locator("main").innerText(), words);
    }
    const name = (await page.locator("main a[href*='/portal/publications/']").first().innerText()).match(/崇信县[^（，：]{2,12}/)?.[0] ?? "崇信县";
    await page.fill("#q-head", name);
    await page.press("#q-head", "Enter");
    await page.waitForURL(/\/portal\/search\?q=/);
    assert.ok(await page.locator("main a[href*='/portal/publications/']").count() > 0, `nothing is found for ${name}`);
    await page.fill("#q", "没有这样一家公司");
    await page.press("#q", "Enter");
    await page.getByText("“没有这样一家公司”的公示：第 1 页，0 条").waitFor();
    assert.deepEqual(faults, []);
    await close();
});

test("a published draw is recomputed in the browser and is right", { timeout: 120_000 }, async () => {
    for (const viewport of [desk, phone]) {
        const { page, faults, close } = await visit(places.draw, { viewport });
        await page.click("#verify-run");
        await page.locator("#verify-out[data-ok=true]").waitFor();
        assert.match(await page.locator("#verify-out").innerText(), /核验通过：公布的四个文件重算出的结果与公布的完全相同/);
        assert.equal(await page.locator("#verify-out .pt-ok").count(), 6);
        
        await picture(page, "portal-verified", "section[aria-labelledby=verify]");
        assert.deepEqual(faults, []);
        await close();
    }
});

/** What somebody could forge, and what the verifier then names. */
const forgeries = [
    ["candidates.tsv", text => text.replace(/\d(?=\n)/, digit => String((Number(digit) + 1) % 10)), /候选名单/],
    ["order.json", text => text.replace(/"count":(\d+)/, (_, count) => `"count":${Number(count) + 1}`), /种子/],
    ["reveals.json", text => text.replace(/"nonce":"(.)/, (_, first) => `"nonce":"${first === "0" ? "1" : "0"}`), /承诺/],
    ["result.json", text => text.replace(/"drawn":\["([^"]+)","([^"]+)"/, '"drawn":["$2","$1"'), /结果|抽中|drawn/],
];
for (const [file, forge, named] of forgeries) {
    test(`a forged ${file} is refused aloud`, { timeout: 60_000 }, async () => {
        const { page, close } = await visit(places.draw);
        await page.route(`**/files/${file}`, async route => {
            const answer = await route.fetch();
            const text = await answer.text();
            const forged = forge(text);
            assert.notEqual(forged, text, "nothing was forged");
            await route.fulfill({ response: answer, body: forged });
        });
        await page.click("#verify-run");
        await page.locator("#verify-out[data-ok=false]").waitFor();
        const verdict = await page.locator("#verify-out .pt-verdict-bad").innerText();
        assert.match(verdict, /核验不通过。第一处不符：/);
        assert.match(verdict, named);
        await close();
    });
}

/** A page of a person who works at the office. */
async function staff(role, path) {
    const context = await signIn(browser, site, site.personOf(role), desk);
    const { page } = await openPage(context, site, path);
    await page.waitForLoadState();
    return { page, close: () => context.close() };
}

test("what was published wrongly is withdrawn: proposed, decided by a deputy director, gone from the portal with the reason in its place", { timeout: 240_000 }, async () => {
    const withdraw = `${places.result.replace("/portal", "")}/withdraw`;
    const officer = await staff("安全专家", withdraw);
    assert.equal(await officer.page.getByRole("button", { name: "提请撤回" }).count(), 0, "an expert is offered the withdrawal");
    await officer.close();
    const legal = await staff("法制审核", withdraw);
    await legal.page.fill("#groundOn", await legal.page.getAttribute("#groundOn", "max"));
    await legal.page.fill("#document", "更正报告〔2026〕1号");
    await legal.page.getByRole("button", { name: "提请撤回" }).click();
    await legal.page.getByText("已提请撤回，交分管副局长决定。").waitFor();
    const caseNo = decodeURIComponent(new URL(legal.page.url()).pathname.split("/").at(-1));
    const deputy = await staff("分管副局长", `/inbox?tab=group&q=${encodeURIComponent(caseNo)}`);
    const item = new URL(await deputy.page.locator("tr.item a[href*='/work-items/']").first().evaluate(a => a.href)).pathname;
    await legal.page.goto(site.url + item);
    assert.equal(await legal.page.locator(".outcomes button").count(), 0, "who proposes it is offered to decide it");
    await legal.close();
    await deputy.page.goto(site.url + item);
    await deputy.page.fill("[name='f.reason']", "检查结果录入有误，依法撤回。");
    await deputy.page.getByRole("button", { name: "撤回", exact: true }).first().click();
    await deputy.page.locator(".notice.ok[role=status]").waitFor();
    await deputy.close();
    const { page, close } = await visit(places.result);
    assert.match(await page.locator("main").innerText(), /本公示已于 \d{4}-\d\d-\d\d 撤回，内容不再公开。理由：检查结果录入有误，依法撤回。/);
    assert.doesNotMatch(await page.locator("main").innerText(), /统一社会信用代码/);
    await close();
});

test("without JavaScript every page is read, and verifying says what it needs", { timeout: 120_000 }, async () => {
    const { page, close } = await visit("/portal", { javaScriptEnabled: false });
    for (const path of Object.values(places)) {
        const answer = await page.goto(site.url + path);
        assert.equal(answer.status(), 200);
        assert.ok((await page.locator("h1").innerText()).length > 0, path);
    }
    await page.goto(site.url + places.draw);
    assert.match(await page.locator("main").innerText(), /在浏览器中核验需要 JavaScript。没有它，可以下载文件后用任何语言的短程序核验/);
    assert.equal(await page.locator("#verify-run").isVisible(), false);
    await close();
});
