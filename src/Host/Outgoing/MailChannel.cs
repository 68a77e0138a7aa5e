using System.Net;
using System.Net.Mail;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;

namespace DoubleRandom.Host.Outgoing;

/// <summary>Where mail goes out: configuration <c>Mail:Host</c>, <c>Mail:Port</c> …; without a host no mail is sent and the messages wait.</summary>
/// <param name="SiteUrl">Where readers reach the site (<c>Site:Url</c>): the start of every link in a mail.</param>
public sealed record MailOptions(string? Host, int Port, string From, string? User, string? Password, bool StartTls, string SiteUrl)
{
    public static MailOptions Read(IConfiguration? configuration)
    {
        var mail = configuration?.GetSection("Mail");
        return new MailOptions(
            mail?["Host"] is { Length: > 0 } host ? host : null, mail?.GetValue("Port", 25) ?? 25, mail?["From"] ?? "doublerandom@localhost", mail?["User"], mail?["Password"],
            mail?.GetValue("StartTls", false) ?? false, (configuration?["Site:Url"] ?? "http://127.0.0.1:5080").TrimEnd('/'));
    }
}

/// <summary>Mail through the office's SMTP server (System.Net.Mail; docs/adr/0007 says why and when to change).</summary>
internal sealed class MailChannel(MailOptions options) : IOutboxChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Kind => "mail";

    public bool IsReady => options.Host is not null;

    public string? Problem => null;

    public async Task SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        using var mail = Compose(message);
        using var client = new SmtpClient(options.Host, options.Port) { EnableSsl = options.StartTls };
        if (options.User is { Length: > 0 } user) client.Credentials = new NetworkCredential(user, options.Password);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await client.SendMailAsync(mail, limit.Token);
        }
        catch (SmtpException e) when (IsForGood(e.StatusCode))
        {
            throw new UndeliverableException($"收件人的邮件服务器拒收，请核对邮箱后重发：{Answer(e)}");
        }
        catch (SmtpException e)
        {
            throw new IOException($"{options.Host}:{options.Port} 没有收下，稍后再发：{Answer(e)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{options.Host}:{options.Port} 在 {Patience.TotalSeconds} 秒内没有答复");
        }
    }

    private MailMessage Compose(OutboxMessage message)
    {
        var payload = JsonNode.Parse(message.Payload)!.AsObject();
        string Text(string name) => payload[name]?.GetValue<string>() ?? "";
        if (!MailAddress.TryCreate(Text("to"), OneLine(Text("name")), Encoding.UTF8, out var to)) throw new UndeliverableException($"邮件地址 {Text("to")} 不能用");
        // A path of our own or nothing: a mail never leads elsewhere.
        var path = Text("path") is ['/', not ('/' or '\\'), ..] given ? given : "/";
        var mail = new MailMessage
        {
            From = new MailAddress(options.From, "双随机、一公开", Encoding.UTF8),
            Subject = OneLine(Text("subject")),
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
            Body = $"{OneLine(Text("name"))}：\n\n{Text("text")}\n\n请登录办理或查看：{options.SiteUrl}{path}\n\n（本邮件由系统自动发送，请勿回复。）\n",
        };
        mail.To.Add(to);
        // The same at every attempt: a server or reader that has it already knows it again.
        mail.Headers["Message-ID"] = $"<{message.Id:N}@{mail.From.Host}>";
        mail.Headers["Auto-Submitted"] = "auto-generated";
        return mail;
    }

    /// <summary>What the server said, without the framework's English about it.</summary>
    private static string Answer(SmtpException e)
    {
        const string Said = "The server response was: ";
        var text = e.GetBaseException().Message;
        var at = text.IndexOf(Said, StringComparison.Ordinal);
        return at < 0 ? text : text[(at + Said.Length)..];
    }

    private static string OneLine(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);

    private static bool IsForGood(SmtpStatusCode code) => code is SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.MailboxNameNotAllowed
        or SmtpStatusCode.UserNotLocalTryAlternatePath or SmtpStatusCode.ExceededStorageAllocation or SmtpStatusCode.SyntaxError;
}

internal static class OutgoingServices
{
    public static IServiceCollection AddOutgoing(this IServiceCollection services)
    {
        services.AddSingleton(s => MailOptions.Read(s.GetService<IConfiguration>()));
        services.AddSingleton<IOutboxChannel, MailChannel>();
        foreach (var form in RobotOptions.Forms)
        {
            services.AddSingleton<IOutboxChannel>(s => new WebhookChannel(
                RobotOptions.Read(s.GetService<IConfiguration>(), form), s.GetRequiredService<MailOptions>().SiteUrl, s.GetRequiredService<MachineTime>()));
        }
        services.AddSingleton<OutboxSender>();
        services.AddScoped<ResendMessageHandler>();
        services.AddScoped<ReportBounceHandler>();
        return services;
    }
}
