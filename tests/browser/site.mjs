// The product as a user meets it: the demo county in a folder of its own, served, and a browser to look at it with.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

const program = () => {
    const built = ["Release", "Debug"].map(c => join(root, "src/Host/bin", c, "net10.0/DoubleRandom.Host.dll")).find(existsSync);
    if (!built) throw new Error("The host is not built. Run: dotnet build src/Host -c Release");
    return built;
};

const freePort = () => new Promise((resolve, reject) => {
    const server = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
        const { port } = server.address();
        server.close(() => resolve(port));
    });
});

const run = (args, env) => new Promise((resolve, reject) => {
    const child = spawn("dotnet", [program(), ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "", error = "";
    child.stdout.on("data", data => { out += data; });
    child.stderr.on("data", data => { error += data; });
    child.on("error", reject).on("close", code => code === 0 ? resolve(out) : reject(new Error(`${args.join(" ")}: ${code}\n${error}${out}`.slice(0, 4000))));
});

/** The demonstration of this build, played once for all browser files: the folder of its data and what the command told. */
async function demo() {
    const built = dirname(program());
    const key = createHash("sha256");
    for (const name of readdirSync(built).filter(n => /^DoubleRandom\..*\.dll$/.test(n)).sort()) key.update(name).update(readFileSync(join(built, name)));
    // The demonstration runs on the shipped definitions as well.
    for (const name of readdirSync(join(built, "workflows-json")).sort()) key.update(name).update(readFileSync(join(built, "workflows-json", name)));
    const place = `doublerandom-demo-${createHash("sha256").update(root).digest("hex").slice(0, 8)}-`;
    const kept = join(tmpdir(), place + key.digest("hex").slice(0, 16));
    if (!existsSync(kept)) {
        // The demonstrations of this tree's older builds.
        for (const old of readdirSync(tmpdir()).filter(n => n.startsWith(place))) rmSync(join(tmpdir(), old), { recursive: true, force: true });
        const playing = mkdtempSync(join(tmpdir(), "dr-demo-"));
        writeFileSync(join(playing, "told.txt"), await run(["demo", "--fresh", "--no-serve"], { ...process.env, DOUBLERANDOM_DATA: join(playing, "data") }));
        // Two files that began together played it twice; the later one uses the earlier one's.
        try { renameSync(playing, kept); } catch (error) { rmSync(playing, { recursive: true, force: true }); if (!existsSync(kept)) throw error; }
    }
    return { data: join(kept, "data"), told: readFileSync(join(kept, "told.txt"), "utf8") };
}

/** Serves a copy of the played demonstration, and gives the accounts it made. `settings` are environment variables of the server. */
async function startSite(settings = {}) {
    const played = await demo();
    const folder = mkdtempSync(join(tmpdir(), "dr-browser-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    let server;
    const others = [];
    const end = async (process, signal = "SIGTERM") => {
        if (!process || process.exitCode !== null || process.signalCode !== null) return;
        const ended = new Promise(resolve => process.once("close", resolve));
        process.kill(signal);
        await ended;
    };
    const stop = async () => {
        for (const process of [server, ...others]) await end(process);
        rmSync(folder, { recursive: true, force: true });
    };
    try {
        cpSync(played.data, folder, { recursive: true });
        const lines = played.told.trim().split("\n");
        const people = lines.slice(lines.findIndex(line => /^https?:/.test(line)) + 1).map(line => line.split("\t"))
            .map(([roles, userName, password]) => ({ roles: roles.split("、"), userName, password }));
        const serve = async at => {
            const started = spawn("dotnet", [program(), "serve", "--urls", at], { env: { ...process.env, DOUBLERANDOM_DATA: folder, Logging__LogLevel__Default: "Warning", ...settings }, stdio: ["ignore", "inherit", "inherit"] });
            others.push(started);
            for (let left = 240; ; left--) {
                if (left === 0 || started.exitCode !== null) throw new Error("The server did not start.");
                const ready = await fetch(`${at}/health/ready`).then(answer => answer.ok, () => false);
                if (ready) return started;
                await new Promise(resolve => { setTimeout(resolve, 250); });
            }
        };
        server = await serve(url);
        /** As when the power fails: killed, and started again. */
        const restart = async () => {
            await end(server, "SIGKILL");
            server = await serve(url);
        };
        /** A second host on the same data; its address. Ends with the site. */
        const second = async () => {
            const at = `http://127.0.0.1:${await freePort()}`;
            await serve(at);
            return at;
        };
        return { url, people, stop, restart, second, personOf: role => people.find(person => person.roles.includes(role)) };
    } catch (error) {
        await stop();
        throw error;
    }
}

/** A real SMTP server of the test's own: what it took, as `{ to, text }`, the text decoded. */
export async function startMail() {
    const taken = [];
    const server = createServer(socket => {
        let buffer = "", to = [], inData = false;
        socket.setEncoding("utf8").on("error", () => {}).write("220 test\r\n");
        socket.on("data", data => {
            buffer += data;
            for (let end; (end = buffer.indexOf(inData ? "\r\n.\r\n" : "\r\n")) >= 0;) {
                const line = buffer.slice(0, end);
                buffer = buffer.slice(end + (inData ? 5 : 2));
                if (inData) {
                    const body = line.slice(line.indexOf("\r\n\r\n") + 4);
                    taken.push({ to, text: /base64/i.test(line.slice(0, line.indexOf("\r\n\r\n"))) ? Buffer.from(body.replaceAll("\r\n", ""), "base64").toString("utf8") : body, id: /Message-ID: *(\S+)/i.exec(line)?.[1] });
                    [inData, to] = [false, []];
                    socket.write("250 taken\r\n");
                } else if (/^RCPT/i.test(line)) { to.push(/<(.*)>/.exec(line)[1]); socket.write("250 ok\r\n"); }
                else if (/^DATA/i.test(line)) { inData = true; socket.write("354 go on\r\n"); }
                else if (/^QUIT/i.test(line)) { socket.end("221 bye\r\n"); }
                else { socket.write("250 ok\r\n"); }
            }
        });
    });
    await new Promise((resolve, reject) => { server.once("error", reject).listen(0, "127.0.0.1", resolve); });
    return { port: server.address().port, taken, stop: () => server.close() };
}

/** Debian's Chromium without its windows; nothing of it reaches out by itself. */
const openBrowser = () => chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
    // No --disable-features here: a second one replaces Playwright's own list, and without that Chromium now and then waits for ever after a navigation.
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic"],
});

/** What a test file that called `served` looks at, from its first test on: the demonstration's copy of its own, and a browser. */
export let site, browser;

/** Starts both before the file's tests and ends them after. `settings` makes the environment variables of the server; `ready` prepares what the file needs besides. */
export function served({ settings, ready } = {}) {
    before(async () => {
        site = await startSite(await settings?.());
        browser = await openBrowser();
        await ready?.();
    }, { timeout: 600_000 });
    after(async () => {
        await browser?.close();
        await site?.stop();
    });
}

/** The person's session: pages of one context share sign-in and cache. */
export async function signIn(browser, site, person, viewport = { width: 1600, height: 900 }) {
    const context = await browser.newContext({ viewport, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    // A busy build machine takes its time; what is wrong stays wrong.
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    await page.goto(`${site.url}/signin`);
    await page.fill("#userName", person.userName);
    await page.fill("#password", person.password);
    await page.click("main button[type=submit]");
    // Loaded to its end: a page that is closed while it still loads now and then never closes in Chromium 156.
    await page.waitForURL(address => address.pathname !== "/signin");
    await page.close();
    return context;
}

/** A page of the session; what goes wrong in it is gathered in `faults`. */
export async function openPage(context, site, path) {
    const page = await context.newPage();
    const faults = [];
    page.on("console", message => { if (message.type() === "error") faults.push(message.text()); });
    page.on("pageerror", error => faults.push(error.message));
    page.on("request", request => { if (/^(https?|wss?):/.test(request.url()) && new URL(request.url()).host !== new URL(site.url).host) faults.push(`request to ${request.url()}`); });
    page.on("response", response => { if (response.status() >= 400) faults.push(`${response.status()} ${response.request().method()} ${response.url()}`); });
    await page.goto(site.url + path, { waitUntil: "commit" });
    return { page, faults };
}

export const desk = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

/** A picture for the guide of the page or of a part of it, named by what it shows and how wide the window is; what is long is cut. */
export async function picture(page, name, part) {
    const { width, height } = page.viewportSize();
    const folder = join(root, "docs", "guide", "images");
    mkdirSync(folder, { recursive: true });
    const box = await page.locator(part ?? "html").boundingBox();
    const top = part ? box.y + await page.evaluate(() => scrollY) : 0;
    await page.screenshot({
        path: join(folder, `${name}-${width}.png`), fullPage: true,
        clip: { x: 0, y: Math.floor(top), width, height: Math.min(Math.ceil(Math.max(box.height, part ? 0 : height)), 1800) },
    });
}
