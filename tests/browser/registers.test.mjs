// A planner takes a county's register in: the preview, the refused rows put right in the downloaded file, the second import, and where the entries stand afterwards.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { browser, desk, openPage, phone, picture, root, served, signIn, site } from "./site.mjs";
import { join } from "node:path";

served();

/** GB 32100 and GB 11714: the same entity class and region with another organisation. */
function creditCode(first8, n) {
    const organisation = `MA${String(n).padStart(6, "0")}`;
    const value = c => c >= "0" && c <= "9" ? Number(c) : c.charCodeAt(0) - 55;
    const sum = [3, 7, 9, 10, 5, 8, 4, 2].reduce((s, w, i) => s + w * value(organisation[i]), 0);
    const check = 11 - sum % 11;
    const body = first8 + organisation + (check === 10 ? "X" : check === 11 ? "0" : check);
    const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let weight = 1, total = 0;
    for (const c of body) { total += alphabet.indexOf(c) * weight; weight = weight * 3 % 31; }
    return body + alphabet[(31 - total % 31) % 31];
}

/** Two hundred enterprises of a neighbouring county, three of them as offices really send them. */
function county() {
    const lines = readFileSync(join(root, "samples/chongxin/检查对象.csv"), "utf8").trim().split("\n");
    const rows = lines.slice(1).map(line => line.split(",")).filter(cells => cells.length === lines[0].split(",").length && cells[4].startsWith("9")).slice(0, 200).map((cells, i) => {
        cells[0] = `HT${String(i + 1).padStart(5, "0")}`;
        cells[4] = creditCode(cells[4].slice(0, 2) + "620825", i + 1);
        cells[11] = "620825";
        return cells;
    });
    rows[10][4] = rows[10][4].slice(0, 17) + (rows[10][4][17] === "A" ? "B" : "A");
    rows[20][26] = "2019年13月";
    rows[30][2] = "";
    rows[40][11] = "620852";
    return [lines[0], ...rows.map(cells => cells.join(","))].join("\n") + "\n";
}

test("a county is imported, its refused rows are put right in the downloaded file and imported again", { timeout: 300_000 }, async () => {
    const context = await signIn(browser, site, site.personOf("计划员"), desk);
    const { page, faults } = await openPage(context, site, "/registers/inspectees/import");
    await page.waitForLoadState();
    await picture(page, "import");
    const text = county();
    await page.setInputFiles("#file", { name: "庄浪县检查对象.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "上传并预览" }).click();
    await page.getByRole("button", { name: "确认导入 196 条" }).waitFor();
    const body = await page.locator("main").innerText();
    assert.match(body, /不合格 4 行/);
    assert.match(body, /校验位不对/);
    await picture(page, "import-preview");
    await page.setViewportSize(phone);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the preview is wider than a phone");
    await picture(page, "import-preview");
    await page.setViewportSize(desk);

    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "下载不合格行（CSV）" }).click()]);
    const refused = readFileSync(await download.path(), "utf8");
    assert.equal(refused.trim().split("\n").length, 5);
    assert.match(refused, /620852.*相近的有：620825 庄浪县/);
    await page.fill("#reason", "庄浪县名录移交");
    await page.getByRole("button", { name: "确认导入 196 条" }).click();
    await page.getByText("已导入：新增 196，更新 0，未变 0，拒绝 4。").waitFor();

    const lines = text.split("\n");
    const mended = refused.trim().split("\n").map((line, i) => {
        if (i === 0) return line;
        const cells = line.split(",");
        const number = Number(cells[0].slice(2));
        cells[4] = creditCode(cells[4].slice(0, 8), number);
        cells[26] = /^\d{4}-\d\d-\d\d$/.test(cells[26]) ? cells[26] : "2019-12-01";
        cells[11] = "620825";
        cells[2] ||= "庄浪县补名经营部";
        return cells.join(",");
    }).join("\n") + "\n";
    assert.ok(lines.length > 200);
    await page.getByRole("link", { name: "导入改正后的文件" }).click();
    await page.setInputFiles("#file", { name: "不合格行-已改正.csv", mimeType: "text/csv", buffer: Buffer.from(mended) });
    await page.getByRole("button", { name: "上传并预览" }).click();
    await page.getByRole("button", { name: "确认导入 4 条" }).click();
    await page.getByText("已导入：新增 4，更新 0，未变 0，拒绝 0。").waitFor();
    await picture(page, "import-done");

    await page.goto(`${site.url}/registers/inspectees?q=HT00031`);
    await page.getByText("庄浪县补名经营部").waitFor();
    assert.deepEqual(faults, []);
    await context.close();
});

test("a code is found by its name, and a wrong one is answered with the nearest", { timeout: 300_000 }, async () => {
    const context = await signIn(browser, site, site.personOf("计划员"), desk);
    const { page, faults } = await openPage(context, site, "/registers/codes?" + new URLSearchParams({ "f.代码表": "GB/T 4754", q: "化学" }));
    await page.getByText("C2661 化学试剂和助剂制造").waitFor();
    await picture(page, "register-codes");
    await page.goto(`${site.url}/registers/inspectees/entry?key=CX00001`);
    await page.getByLabel("行业代码").fill("化学试剂");
    await page.locator('datalist option[value="C2661"]').waitFor({ state: "attached" });
    await page.getByLabel("行业代码").fill("2661");
    await page.getByLabel("行政区划").fill("620832");
    await page.locator("output").getByText("甘肃省平凉市崇信县").waitFor({ state: "detached" });
    await page.getByLabel("变更原因").fill("来信更正");
    await page.getByRole("button", { name: "保存" }).click();
    await page.locator("#refusal").getByText("相近的有：620823 崇信县").waitFor();
    await page.locator("#refusal").getByRole("link", { name: "到这一栏" }).click();
    await picture(page, "register-entry");
    await page.setViewportSize(phone);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the entry is wider than a phone");
    await picture(page, "register-entry");
    await page.getByLabel("行政区划").fill("620823");
    await page.locator("output").getByText("甘肃省平凉市崇信县").waitFor();
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("C2661 化学试剂和助剂制造").first().waitFor();
    await page.getByText("620823 甘肃省平凉市崇信县").waitFor();
    assert.deepEqual(faults.filter(fault => !fault.includes("422") && !fault.includes("400")), []);
    await context.close();
});

test("an item's next version is written, reviewed and published by three persons", { timeout: 300_000 }, async () => {
    const next = `${site.url}/registers/items/record?key=${encodeURIComponent("CG-01/2")}`;
    const planner = await signIn(browser, site, site.personOf("计划员"), desk);
    const { page, faults } = await openPage(planner, site, `/registers/items/record?key=${encodeURIComponent("CG-01/1")}`);
    await page.getByRole("link", { name: "新增版本" }).click();
    await page.getByLabel("生效日期").fill("2026-09-01");
    await page.getByLabel("抽查内容").fill("油烟净化设施安装与运行、清洗维护台账、达标排放、选址、在线监测");
    await page.getByLabel("变更原因").fill("增加在线监测");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("等候法制审核").waitFor();
    await page.goto(`${site.url}/registers/items?at=2026-03-01`);
    await page.getByText("当日结束时的名录").waitFor();
    assert.equal(await page.getByText("CG-01/2").count(), 0);
    await picture(page, "register-as-of");

    const legal = await signIn(browser, site, site.personOf("法制审核"), desk);
    const review = await openPage(legal, site, new URL(next).pathname + new URL(next).search);
    await picture(review.page, "item-review");
    await review.page.getByLabel("审核意见").fill("依据充分，同意公示");
    await review.page.getByRole("button", { name: "审核同意" }).click();
    await review.page.getByText("已审核同意").waitFor();

    const publisher = await signIn(browser, site, site.personOf("发布员"), phone);
    const publish = await openPage(publisher, site, new URL(next).pathname + new URL(next).search);
    assert.ok(await publish.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the item is wider than a phone");
    await publish.page.getByRole("button", { name: "公示这个版本" }).click();
    await publish.page.getByText("已公示，门户").waitFor();
    await publish.page.goto(`${site.url}/portal/items`);
    await publish.page.getByText("在线监测").waitFor();
    assert.deepEqual([...faults, ...review.faults, ...publish.faults], []);
    for (const context of [planner, legal, publisher]) await context.close();
});

test("licences are entered row by row where no script runs, and the list finds who has them", { timeout: 300_000 }, async () => {
    const person = site.personOf("计划员");
    const context = await browser.newContext({ viewport: desk, javaScriptEnabled: false, baseURL: site.url });
    const page = await context.newPage();
    await page.goto("/signin");
    await page.fill("#userName", person.userName);
    await page.fill("#password", person.password);
    await page.click("main button[type=submit]");
    await page.goto("/registers/inspectees/entry?key=CX00010");
    const rows = page.locator(".list-row");
    assert.equal(await rows.count(), 2);
    await rows.nth(1).getByLabel("许可证类型").fill("安全生产许可证");
    await rows.nth(1).getByLabel("许可证编号").fill("（甘）安许证字〔2024〕001；002");
    await page.getByRole("button", { name: "再加一条" }).click();
    assert.equal(await rows.count(), 3);
    assert.equal(await rows.nth(1).getByLabel("许可证类型").inputValue(), "安全生产许可证");
    await rows.nth(2).getByLabel("许可证类型").fill("写错的");
    await page.getByRole("button", { name: "删去第 3 条" }).click();
    assert.equal(await rows.count(), 2);
    await rows.nth(1).getByLabel("许可证有效期至").fill("2026-01-31");
    await picture(page, "register-licences", ".list-rows");
    await page.setViewportSize(phone);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the licences are wider than a phone");
    await page.getByLabel("变更原因").fill("补登许可证");
    // Enter saves: it does not press the first button it meets, which takes a licence out.
    await page.getByLabel("变更原因").press("Enter");
    await page.getByText("已保存").waitFor();
    await page.getByText("〔2024〕001、002", { exact: false }).first().waitFor();
    const licences = page.locator("dd table tbody tr");
    assert.deepEqual(await licences.allInnerTexts().then(all => all.map(t => /安全生产/.test(t) ? `安全生产${/已过期/.test(t) ? " 已过期" : ""}` : "危险化学品")), ["安全生产 已过期", "危险化学品"]);
    for (const kind of ["安全生产许可证", "危险化学品经营许可证"]) {
        await page.goto("/registers/inspectees?" + new URLSearchParams({ "f.许可证类型": kind, q: "CX00010" }));
        assert.equal(await page.locator("td.lead").count(), 1, kind);
    }
    await context.close();
});

test("the registers are looked through: what is late, a drawn list, the upper body, the staff list", { timeout: 300_000 }, async () => {
    const context = await signIn(browser, site, site.personOf("计划员"), desk);
    const { page, faults } = await openPage(context, site, "/registers/quality");
    await page.getByRole("link", { name: "许可证 90 天内到期" }).click();
    await page.getByText("只列“许可证 90 天内到期”的记录").waitFor();
    await page.goto(`${site.url}/registers/quality`);
    await page.getByLabel("抽取户数").fill("4");
    await page.getByRole("button", { name: "抽取", exact: true }).click();
    await page.getByText("共 4 户，清单标识").waitFor();
    const marked = page.url();
    await page.getByLabel("一致", { exact: true }).nth(0).check();
    await page.getByLabel("不一致", { exact: true }).nth(1).check();
    await page.getByRole("button", { name: "登记核查情况" }).click();
    await page.getByRole("alert").waitFor();
    await page.locator("input.wrong").fill("已搬到工业园区，门牌不符");
    await page.getByRole("button", { name: "登记核查情况" }).click();
    await page.getByText("50%").first().waitFor();
    await page.goto(marked);
    assert.ok(await page.getByLabel("不一致", { exact: true }).nth(1).isChecked(), "what was entered is shown again");
    await page.locator("select[name=kind]").selectOption("inspectees");
    await page.getByRole("textbox", { name: "上级机关" }).fill("平凉市应急管理局");
    await page.getByLabel("文号").fill("崇应急备〔2026〕3号");
    await page.getByRole("button", { name: "生成报备" }).click();
    await page.getByRole("cell", { name: "崇应急备〔2026〕3号" }).waitFor();
    const [filed] = await Promise.all([page.waitForEvent("download"), page.getByRole("row", { name: /崇应急备/ }).getByRole("link").click()]);
    assert.match(readFileSync(await filed.path(), "utf8"), /变更方式,变更时间,经手人,变更原因/);
    await page.goto(marked);
    await picture(page, "register-quality");
    await page.setViewportSize(phone);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the checks of the registers are wider than a phone");
    await page.setViewportSize(desk);

    await page.goto(`${site.url}/registers/compare`);
    const officers = readFileSync(join(root, "samples/chongxin/执法人员.csv"), "utf8").trim().split("\n").slice(1).map(line => line.split(","));
    const staff = officers.slice(1, 14).map(cells => `${cells[1]},${cells[4]},${cells[6]},${cells[7]},${cells[11]},是,在岗`);
    const list = ["姓名,身份证号码,科室,现任职务,行政执法证号,是否从事监管,在岗状态", ...staff, "新来人,,法制科,科员,62082326999,是,在岗"].join("\n") + "\n";
    await page.setInputFiles("#file", { name: "花名册.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
    await page.getByRole("button", { name: "比对" }).click();
    await page.getByText("应在册而名录没有").waitFor();
    await page.getByRole("cell", { name: "新来人" }).waitFor();
    await picture(page, "register-compare");
    await page.setViewportSize(phone);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the comparison is wider than a phone");
    // What the form refuses is answered with 400.
    assert.deepEqual(faults.filter(fault => !fault.includes("400")), []);
    await context.close();
});

test("who manages the accounts sees who has which role", { timeout: 120_000 }, async () => {
    const context = await signIn(browser, site, site.personOf("系统管理员"), desk);
    const { page, faults } = await openPage(context, site, "/accounts");
    await page.getByText(/共 \d+ 个账号/).waitFor();
    await picture(page, "accounts");
    await page.getByRole("link", { name: "朱文斌" }).click();
    await page.waitForLoadState();
    await picture(page, "account");
    assert.deepEqual(faults, []);
    await context.close();
});
