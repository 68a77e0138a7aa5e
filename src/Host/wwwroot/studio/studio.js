// Joins the Elsa Studio to our host: our token on every request, our words where a request is refused, our pages behind its links.
(() => {
    "use strict";
    const api = location.origin + "/elsa/api";
    const token = document.querySelector("meta[name=studio-token]").content;
    const main = document.getElementById("studio");
    const message = document.getElementById("studio-message");

    // Dates and the component library's own words in Chinese.
    localStorage.setItem("BlazorCulture", "zh-CN");

    const say = text => {
        message.textContent = text;
        message.hidden = false;
    };

    const explain = async response => {
        if (response.status === 401) return say("登录已失效，请重新登录后再打开本页");
        let text = "";
        try {
            text = (await response.clone().json()).message ?? "";
        } catch {
            // Not one of our answers.
        }
        if (response.status === 400 || response.status === 403) say(text || "请求被拒绝");
        else if (response.status >= 500) say("服务器出错，请稍后重试");
    };

    const send = window.fetch.bind(window);
    window.fetch = async (input, init) => {
        const url = String(input?.url ?? input);
        if (!url.startsWith(api)) return send(input, init);
        const headers = new Headers(init?.headers ?? input?.headers ?? {});
        headers.set("RequestVerificationToken", token);
        const response = await send(input, { ...init, headers });
        if (!response.ok) await explain(response);
        return response;
    };

    // Links inside the Studio change only the address; the page behind it is ours to load.
    const push = history.pushState.bind(history);
    history.pushState = (state, title, url) => {
        const path = url ? new URL(url, document.baseURI).pathname : "";
        if (/^\/studio\/workflows\/(definitions\/[^/]+\/edit|instances\/[^/]+\/view)$/.test(path) && path !== location.pathname) {
            location.assign(path);
            return;
        }
        push(state, title, url);
    };

    const open = path => id => {
        location.assign("/studio/workflows/" + path.replace("*", encodeURIComponent(id)));
    };

    const provider = document.createElement("elsa-backend-provider");
    provider.setAttribute("remote-endpoint", api);
    const element = document.createElement(main.dataset.element);
    if (main.dataset.element === "elsa-workflow-definition-editor") element.setAttribute("definition-id", main.dataset.id);
    if (main.dataset.element === "elsa-workflow-instance-viewer") element.setAttribute("instance-id", main.dataset.id);
    main.append(provider, element);

    // A callback set before the element is upgraded is lost.
    customElements.whenDefined(main.dataset.element).then(() => {
        element.editWorkflowDefinition = open("definitions/*/edit");
        element.viewWorkflowInstance = open("instances/*/view");
    });
})();
