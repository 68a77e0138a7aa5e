// The plan through a year's hands: a department's late demand, the line the planner makes of it, a floor that holds, an adjustment with its public note, and what citizens read of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { browser, desk, openPage, phone, picture, served, signIn, site } from "./site.mjs";

const planNo = "崇应急抽计〔2026〕1号";
served();

/** At both widths; nothing may be wider than a phone. */
async function pictures(page, name) {
    await picture(page, name);
    await page.setViewportSize(phone);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than a phone`);
    await picture(page, name);
    await page.setViewportSize(desk);
}

test("a late demand becomes a line, a floor holds, the plan is changed with a note and old versions stay readable", { timeout: 300_000 }, async () => {
    const section = await signIn(browser, site, site.personOf("科室负责人"), desk);
    const { page: asks } = await openPage(section, site, "/plans/demands/new");
    await asks.selectOption("#unit", "工贸监管科");
    await asks.selectOption("#item", "YJ-10");
    await asks.fill("#reason", "大型商超节前检查，上年同期发生两起事故");
    await asks.fill("#from", "2026-11-16");
    await asks.fill("#to", "2026-12-25");
    await asks.fill("#count", "12");
    // By keyboard: Enter in a field hands the form in.
    await asks.press("#count", "Enter");
    await asks.getByText("临时需求请写明为何不能在截止前提出").waitFor();
    assert.equal(await asks.inputValue("#reason"), "大型商超节前检查，上年同期发生两起事故");
    await asks.fill("#lateReason", "县安委会 10 月部署");
    await pictures(asks, "demand-new");
    await asks.getByRole("button", { name: "提出需求" }).click();
    await asks.getByText("需求 XQ2026-015 已提出").waitFor();

    const planner = await signIn(browser, site, site.personOf("计划员"), desk);
    const { page } = await openPage(planner, site, "/plans/demands/2026");
    await page.getByRole("link", { name: "XQ2026-015" }).waitFor();
    await pictures(page, "demands");
    await page.getByRole("link", { name: "XQ2026-015" }).click();
    await page.getByText(`${planNo}：新增一行`).click();
    await page.getByRole("button", { name: "采纳", exact: true }).click();
    await page.getByText("请核对本行").waitFor();
    await page.getByText("本行符合编制要求").waitFor();

    await page.fill("#ratio", "5");
    await page.fill("#ratioReason", "人员不足");
    await page.fill("#reason", "按人员测算");
    await page.getByRole("button", { name: "按名录库统计并保存" }).click();
    await page.getByText("低于下限 101 户").waitFor();
    await pictures(page, "plan-line");
    await page.goto(`${site.url}/plans/2026?check=${encodeURIComponent(planNo)}`);
    await page.locator("#checked").getByText("低于下限 101 户（1001 户的 10%）").waitFor();
    await pictures(page, "plan-check");
    await page.locator("#checked a").click();
    await page.fill("#ratio", "10");
    await page.fill("#ratioReason", "");
    await page.fill("#reason", "达到下限");
    await page.getByRole("button", { name: "按名录库统计并保存" }).click();
    await page.getByText("本行符合编制要求").waitFor();

    await page.goto(`${site.url}/plans/2026`);
    await page.getByText("提出计划调整（1 行有改动）").click();
    await page.locator("textarea[name=reason]").fill("县安委会部署大型商超节前检查");
    await pictures(page, "plan-adjust");
    await page.getByRole("button", { name: "提出调整" }).click();
    await page.getByText("的调整（第 3 版）已发起").waitFor();

    await page.goto(`${site.url}/plans/progress/2026`);
    await page.getByText("期满未查").first().waitFor();
    await pictures(page, "plan-progress");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "导出 CSV" }).click()]);
    const rows = readFileSync(await download.path(), "utf8").trim().split("\n");
    // As approved: the line of the adjustment is not in force yet.
    assert.equal(rows.length, 14);
    assert.match(rows.find(row => row.includes(`${planNo},1,`)), /,31,31,31,/);

    const { page: citizen, faults } = await openPage(await browser.newContext({ viewport: desk, locale: "zh-CN" }), site, "/portal/plans");
    await citizen.getByText("第 2 版").first().waitFor();
    await citizen.getByText("调整说明：").waitFor();
    assert.ok(!(await citizen.locator("main").innerText()).includes("大型商超"));
    await pictures(citizen, "portal-plan-versions");
    await citizen.getByRole("link", { name: /第 1 版/ }).first().click();
    await citizen.getByText("已被调整").first().waitFor();
    assert.deepEqual(faults, []);
    await section.close();
    await planner.close();
});

test("a task of the city bureau is entered, joins a plan line and is answered; the demand has its form", { timeout: 300_000 }, async () => {
    const planner = await signIn(browser, site, site.personOf("计划员"), desk);
    const { page, faults } = await openPage(planner, site, "/plans/upper-tasks/entry");
    for (const [header, text] of Object.entries({
        任务编号: "平应急抽〔2026〕5号", 下达机关: "平凉市应急管理局", 下达文件: "关于开展工贸企业专项抽查的通知（平应急发〔2026〕66号）", 下达日期: "2026-09-28", 事项编号: "YJ-10",
        检查时段起: "2026-10-08", 检查时段止: "2026-10-30", 要求户数: "20",
    })) await page.fill(`[name="${header}"]`, text);
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("已登记，请办理").waitFor();
    await pictures(page, "upper-task");
    await page.getByText(/^并入 .* 第 3 行/).click();
    await page.getByRole("button", { name: "纳入计划" }).click();
    await page.getByText("已纳入计划。").waitFor();
    await page.getByRole("link", { name: "第 3 行" }).click();
    await page.getByRole("link", { name: "平应急抽〔2026〕5号" }).waitFor();
    await page.goto(`${site.url}/plans/upper-tasks/2026`);
    await page.getByText("计划第 3 行").waitFor();
    await pictures(page, "upper-tasks");

    await page.goto(`${site.url}/plans/demands/XQ2026-012`);
    await page.getByRole("button", { name: "制作抽查需求表" }).click();
    await page.getByText("抽查需求表已制作。").waitFor();
    assert.match(await page.frameLocator("iframe").locator("body").innerText(), /需求编号：XQ2026-012/);
    await page.getByRole("link", { name: "XQ2026-012" }).click();
    await page.getByRole("link", { name: "抽查需求表 XQ2026-012" }).waitFor();
    assert.deepEqual(faults, []);
    await planner.close();
});
