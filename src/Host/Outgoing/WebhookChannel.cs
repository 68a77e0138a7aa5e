using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;

namespace DoubleRandom.Host.Outgoing;

/// <summary>Where a robot or SMS gateway listens: configuration <c>Robots:WeCom:Url</c>, <c>Robots:DingTalk:Url</c> and <c>:Secret</c>, <c>Robots:Sms:Url</c> and <c>:Secret</c>.</summary>
/// <param name="Form">A key of <see cref="AlertWays"/>: decides how the message is written.</param>
/// <param name="Url">Null: not set up; the messages wait. It holds the robot's key, so it is shown nowhere.</param>
/// <param name="Secret">DingTalk signs with it; the SMS gateway gets it as bearer token.</param>
/// <param name="Problem">Why the address cannot be used; nothing is sent then.</param>
internal sealed record RobotOptions(string Form, Uri? Url, string? Secret, string? Problem = null)
{
    public static IReadOnlyList<string> Forms { get; } = [AlertWays.WeCom, AlertWays.DingTalk, AlertWays.Sms];

    public static RobotOptions Read(IConfiguration? configuration, string form)
    {
        // Names of sections are read without regard to case.
        var section = configuration?.GetSection($"Robots:{form}");
        if (section?["Url"] is not { Length: > 0 } text) return new RobotOptions(form, null, null);
        var secret = section["Secret"] is { Length: > 0 } given ? given : null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")) return new RobotOptions(form, null, secret, "地址不是 http(s) 网址");
        // The key travels in the address: over the network it must be hidden. Inside the machine (a relay beside us) it may not be.
        if (url.Scheme == "http" && !url.IsLoopback) return new RobotOptions(form, null, secret, "地址须为 https");
        return new RobotOptions(form, url, secret);
    }
}

/// <summary>
/// A group robot of 企业微信 or 钉钉, or an SMS gateway. Only the configured address is ever called, redirects are not followed, an answer is read up
/// to 16 KB and waited for ten seconds; neither address nor secret appear in an error.
/// </summary>
internal sealed class WebhookChannel(RobotOptions options, string siteUrl, MachineTime machine) : IOutboxChannel, IDisposable
{
    private const int MostAnswer = 16 * 1024;

    // 企业微信 takes 4096 bytes of markdown, 钉钉 about 20 000; a character of Chinese has three.
    private const int MostMarkdown = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = MostAnswer,
    };

    public string Kind => options.Form;

    public bool IsReady => options.Url is not null;

    public string? Problem => options.Problem;

    public async Task SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        var payload = JsonNode.Parse(message.Payload)!.AsObject();
        string Text(string name) => payload[name]?.GetValue<string>() ?? "";
        // A path of our own or nothing: a message never leads elsewhere.
        var link = siteUrl + (Text("path") is ['/', not ('/' or '\\'), ..] path ? path : "/");
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressNow());
        if (options.Form == AlertWays.Sms && options.Secret is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        // The same at every attempt: a gateway that has it already knows it again.
        request.Headers.TryAddWithoutValidation("Idempotency-Key", message.Id.ToString("N"));
        var body = options.Form switch
        {
            AlertWays.WeCom => Markdown("content", Text("subject"), Text("text"), link),
            AlertWays.DingTalk => Markdown("text", Text("subject"), Text("text"), link),
            _ => new JsonObject { ["id"] = message.Id.ToString("N"), ["phone"] = Text("to"), ["text"] = $"{Text("subject")}{Text("text")}" },
        };
        request.Content = new StringContent(body.ToJsonString(Readable), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            Judge(answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{options.Url!.Host} 在 {Patience.TotalSeconds} 秒内没有答复");
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"连不上 {options.Url!.Host}：{e.HttpRequestError}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject Markdown(string field, string title, string text, string link)
    {
        var head = $"**{Plain(title)}**\n\n";
        var foot = $"\n\n[登录查看]({link})";
        var room = MostMarkdown - Encoding.UTF8.GetByteCount(head) - Encoding.UTF8.GetByteCount(foot) - 3;
        var markdown = new JsonObject { [field] = head + Cut(Plain(text).Replace("\n", "\n\n", StringComparison.Ordinal), room) + foot };
        if (field == "text") markdown["title"] = title;
        return new JsonObject { ["msgtype"] = "markdown", ["markdown"] = markdown };
    }

    /// <summary>Names from registers must not become links or headings of ours.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '[' or ']' or '*' or '#' or '`' or '<' or '>' or '_') plain.Append(c switch { '[' => '［', ']' => '］', '<' => '＜', '>' => '＞', '*' => '＊', '#' => '＃', '_' => '＿', _ => '‘' });
            else if (c == '\n' || !char.IsControl(c)) plain.Append(c);
        }
        return plain.ToString();
    }

    private static string Cut(string text, int bytes)
    {
        var used = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((used += rune.Utf8SequenceLength) > bytes) return string.Concat(text.AsSpan(0, length), "…");
            length += rune.Utf16SequenceLength;
        }
        return text;
    }

    /// <summary>钉钉: HMAC-SHA256 of "timestamp\nsecret" with the secret, in the address.</summary>
    private Uri AddressNow()
    {
        if (options.Form != AlertWays.DingTalk || options.Secret is not { } secret) return options.Url!;
        var timestamp = new DateTimeOffset(machine.UtcNow).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var sign = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}\n{secret}")));
        var text = options.Url!.ToString();
        return new Uri($"{text}{(options.Url.Query.Length > 0 ? '&' : '?')}timestamp={timestamp}&sign={Uri.EscapeDataString(sign)}");
    }

    private void Judge(HttpStatusCode status, string answer)
    {
        var host = options.Url!.Host;
        if (status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500) throw new IOException($"{host} 答复 {(int)status}");
        if ((int)status is < 200 or >= 300) throw new UndeliverableException($"{host} 答复 {(int)status}，请核对机器人地址");
        // Both robots answer 200 to what they refuse, with the reason in errcode.
        if (CodeOf(answer) is not { } code || code == 0) return;
        if (code is 45009 or 45033 or -1 or 130101 or 410100) throw new IOException($"{host} 限流（errcode {code}）");
        throw new UndeliverableException($"{host} 拒收（errcode {code}），请核对机器人地址和密钥");
    }

    private static int? CodeOf(string answer)
    {
        try
        {
            return JsonNode.Parse(answer) is JsonObject o && o["errcode"] is JsonValue value && value.TryGetValue<int>(out var code) ? code : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
