using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DoubleRandom.Basics;
using DoubleRandom.Host;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using DoubleRandom.Workflows.Forms;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>The web server on a test's database, and people who look at it without scripts.</summary>
internal sealed partial class PageHost : IAsyncDisposable
{
    public const string Password = "correct-horse-9";

    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private PageHost(TestHost data, WebApplication app) => (Data, _app) = (data, app);

    public TestHost Data { get; }

    public Uri Address => new(_app.Urls.First());

    /// <summary>A form with a field of each kind; 退回 needs a reason, 同意 does not.</summary>
    public static Form AllKinds { get; } = Form.Of("visit.all", "各类字段",
        [
            new FormField("opinion", "意见", FieldKind.Multiline, Required: true, Help: "写明理由"),
            new FormField("reason", "退回原因", Required: true, RequiredFor: ["退回"]),
            new FormField("on", "日期", FieldKind.Date),
            new FormField("at", "时间", FieldKind.Time),
            new FormField("count", "人数", FieldKind.Number),
            new FormField("fine", "罚款", FieldKind.Yuan),
            new FormField("grade", "等级", FieldKind.Choice, Options: [new("general", "一般"), new("major", "重大")]),
            new FormField("items", "事项", FieldKind.Choices, Options: [new("A1", "用电"), new("A2", "消防")]),
            new FormField("told", "已告知权利", FieldKind.Flag),
            new FormField("photos", "照片", FieldKind.Files),
            new FormField("found", "问题", FieldKind.Rows, Columns: [new FormField("what", "内容", Required: true), new FormField("money", "金额", FieldKind.Yuan)]),
            new FormField("hint", "提示", FieldKind.Note, Help: "出示证件"),
        ],
        (s, _) => Task.FromResult<Result<JsonObject>>(s.Text("opinion") == "越权" ? Refusal.Invalid("forms.too-long", "opinion", "意见", 3) : new JsonObject { ["opinion"] = s.Text("opinion") }));

    public static async Task<PageHost> StartAsync(string database)
        => await OverAsync(await TestHost.StartAsync(database, services => services.AddSingleton(Given.EchoForm).AddSingleton(AllKinds)));

    /// <summary>The web server over what a test has arranged; it ends with the server.</summary>
    public static async Task<PageHost> OverAsync(TestHost data)
    {
        var settings = data.Services.GetRequiredService<DatabaseSettings>();
        string[] args = ["--urls", "http://127.0.0.1:0", "--DOUBLERANDOM_DATA", settings.Folder, .. settings.Postgres is { } postgres ? new[] { "--ConnectionStrings:Postgres", postgres } : []];
        var app = WebHost.Build(args, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(data.Time);
            builder.Services.AddSingleton(Given.EchoForm).AddSingleton(AllKinds);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        });
        await app.StartAsync();
        return new PageHost(data, app);
    }

    /// <summary>A person with an account, signed in.</summary>
    public async Task<PageReader> SignInAsync(string name, string[] roles, string? registerNumber = null)
    {
        var user = $"u{Hashing.Sha256Hex(name)[..8]}";
        var added = await Data.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(user, name, roles, Password, registerNumber), Data.Change(), default));
        Assert.Null(added.Refusal);
        var reader = Anonymous();
        await reader.GetAsync("/signin");
        var answer = await reader.PostAsync("signin", ("Input.UserName", user), ("Input.Password", Password));
        Assert.Equal("/inbox", answer.Path);
        return reader;
    }

    public PageReader Anonymous()
    {
        var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer(), UseCookies = true }) { BaseAddress = Address };
        client.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue("zh-CN"));
        _clients.Add(client);
        return new PageReader(client);
    }

    /// <summary>A case that waits at one human step of the given role and form.</summary>
    public async Task<WorkItem> OpenItemAsync(string caseNo, string form = "visit.all", string role = "director", params string[] outcomes)
    {
        var definition = $"one-{form}-{role}".Replace('.', '-');
        if (!await Data.ReadAsync(db => db.Set<DoubleRandom.Workflows.Definitions.DefinitionVersion>().AnyAsync(d => d.DefinitionId == definition)))
        {
            var step = Given.HumanTask("审批行政检查", role, outcomes.Length == 0 ? ["同意", "退回"] : outcomes);
            step["form"] = Given.Literal(form);
            await Data.PublishAsync(definition, [step]);
        }
        var id = await Data.StartAsync(definition, caseNo);
        return await Data.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.InstanceId == id));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _app.DisposeAsync();
        await Data.DisposeAsync();
    }

    /// <summary>A browser without scripts: reads pages and hands in the forms that stand on them.</summary>
    internal sealed partial class PageReader(HttpClient client)
    {
        public string Html { get; private set; } = "";

        /// <summary>What stands on the page, without tags.</summary>
        public string Text => WebUtility.HtmlDecode(Spaces().Replace(Tags().Replace(Html, " "), " "));

        public HttpStatusCode Status { get; private set; }

        public string Path { get; private set; } = "";

        public string Authority { get; private set; } = "";

        public async Task<PageReader> GetAsync(string path) => await TakeAsync(await client.GetAsync(new Uri(path, UriKind.Relative)));

        public Task<byte[]> BytesAsync(string path) => client.GetByteArrayAsync(new Uri(path, UriKind.Relative));

        public Task<PageReader> PostAsync(string form, params (string Name, string Value)[] values) => PostAsync(form, [], values);

        /// <summary>Hands in the form of that name with its hidden fields and the values given.</summary>
        public async Task<PageReader> PostAsync(string form, (string Name, string File, byte[] Bytes)[] files, params (string Name, string Value)[] values)
            => await SendAsync(Fields(form), files, values);

        public Task<PageReader> SendAsync(IEnumerable<(string Name, string Value)> hidden, (string Name, string File, byte[] Bytes)[] files, params (string Name, string Value)[] values)
            => SendToAsync(Path, hidden, files, values);

        /// <summary>Presses a form that the page has lost meanwhile, with the token the browser still holds.</summary>
        /// <param name="form">Null: no form is named at all.</param>
        public Task<PageReader> PressGoneAsync(string? form)
        {
            var token = Inputs().Matches(Html).Select(m => m.Value).First(i => Attribute(i, "name") == "__RequestVerificationToken");
            return SendAsync([("__RequestVerificationToken", Attribute(token, "value")), .. form is null ? [] : ((string, string)[])[("_handler", form)]], []);
        }

        /// <summary>The hidden fields of a form: what a page carries from one press to the next.</summary>
        public IReadOnlyList<(string Name, string Value)> Fields(string form)
        {
            var html = Forms().Matches(Html).Select(m => m.Value).FirstOrDefault(f => WebUtility.HtmlDecode(f).Contains($"value=\"{form}\"", StringComparison.Ordinal));
            Assert.True(html is not null, $"The page {Path} ({Status}) has no form {form}:\n{Text}");
            return [.. Inputs().Matches(html).Select(m => m.Value).Where(i => i.Contains("type=\"hidden\"", StringComparison.Ordinal))
                .Select(i => (Attribute(i, "name"), Attribute(i, "value")))];
        }

        private async Task<PageReader> SendToAsync(string path, IEnumerable<(string Name, string Value)> hidden, (string Name, string File, byte[] Bytes)[] files, (string Name, string Value)[] values)
        {
            using var content = new MultipartFormDataContent();
            foreach (var (name, value) in hidden.Concat(values)) content.Add(new StringContent(value), name);
            foreach (var (name, file, bytes) in files) content.Add(new ByteArrayContent(bytes), name, file);
            return await TakeAsync(await client.PostAsync(new Uri(path, UriKind.Relative), content));
        }

        private async Task<PageReader> TakeAsync(HttpResponseMessage response)
        {
            (Status, Path, Authority, Html) = (response.StatusCode, response.RequestMessage!.RequestUri!.PathAndQuery, response.RequestMessage.RequestUri.Authority, await response.Content.ReadAsStringAsync());
            response.Dispose();
            return this;
        }

        private static string Attribute(string tag, string name)
        {
            var match = Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"");
            return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : "";
        }

        [GeneratedRegex("<form\\b.*?</form>", RegexOptions.Singleline)]
        private static partial Regex Forms();

        [GeneratedRegex("<input\\b[^>]*>")]
        private static partial Regex Inputs();

        [GeneratedRegex("<script\\b.*?</script>|<[^>]+>", RegexOptions.Singleline)]
        private static partial Regex Tags();

        [GeneratedRegex("\\s+")]
        private static partial Regex Spaces();
    }
}
