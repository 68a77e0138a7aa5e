using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>A person mail can be sent to.</summary>
public sealed record Recipient(Guid Id, string Name, string? Mail);

/// <summary>Who holds a role, as the host's accounts know it.</summary>
public interface IDirectory
{
    /// <param name="section">Only persons of this section; null: all.</param>
    IReadOnlyList<Recipient> WithRole(string role, string? section);

    Recipient? Person(Guid id);

    /// <param name="registerNumber">Number in the officer or expert register.</param>
    Recipient? WithNumber(string registerNumber);
}

/// <summary>Where no accounts are kept: alerts stand in the inboxes of the roles, and no mail is sent.</summary>
internal sealed class EmptyDirectory : IDirectory
{
    public IReadOnlyList<Recipient> WithRole(string role, string? section) => [];

    public Recipient? Person(Guid id) => null;

    public Recipient? WithNumber(string registerNumber) => null;
}

/// <summary>Writes alerts and the mails that go with them, in the transaction of what they tell about.</summary>
public sealed class AlertDesk(DbContext db, IOutbox outbox, IDirectory directory)
{
    /// <summary>Roles that answer for a section are told only about their own.</summary>
    private const string SectionRole = Roles.SectionHead;

    internal void TellRung(Deadline deadline, DeadlineRung rung, IWorkingCalendar calendar, DateOnly today, ChangeContext change)
    {
        var text = $"{deadline.CaseNo} {deadline.Title}：{DeadlineClock.RemainingWords(calendar, today, deadline.DueOn)}（最后期限 {DeadlineClock.InWords(deadline.DueOn)}{(deadline.Provisional ? "，暂定" : "")}）。";
        foreach (var to in rung.To.Distinct(StringComparer.Ordinal)) Tell(deadline, rung.Rung, to, "", text, WhyRung(to, rung.Rung), change);
    }

    internal void TellMoved(Deadline deadline, DeadlineMove move, ChangeContext change)
    {
        var cause = move.Cause == MoveCause.Calendar ? $"工作日历更新（{move.Why}）" : move.Why;
        var text = $"{deadline.CaseNo} {deadline.Title}：最后期限由{DeadlineClock.InWords(move.From)}改为{DeadlineClock.InWords(move.To)}。{cause}。{deadline.Explanation}";
        // The move belongs to the key: one that comes later is told again.
        Tell(deadline, Alert.MovedRung, DeadlineRung.Owner, $"#{move.Id:N}", text, "您是该事项的经办人", change);
    }

    private void Tell(Deadline deadline, int rung, string to, string suffix, string text, string why, ChangeContext change)
    {
        if (to != "owner") Tell(deadline, rung, to, null, null, to == SectionRole ? deadline.Section : null, suffix, text, why, change);
        else if (deadline.OwnerId is { } owner) Tell(deadline, rung, deadline.OwnerRole, owner, null, null, suffix, text, why, change);
        else if (deadline.OwnerNumbers is null) Tell(deadline, rung, deadline.OwnerRole, null, null, deadline.Section, suffix, text, why, change);
        else
        {
            foreach (var number in deadline.OwnerNumbers.Split(';', StringSplitOptions.RemoveEmptyEntries))
                Tell(deadline, rung, deadline.OwnerRole, null, number, null, suffix, text, why, change);
        }
    }

    private void Tell(Deadline deadline, int rung, string role, Guid? person, string? number, string? section, string suffix, string text, string why, ChangeContext change)
    {
        var key = person is { } id ? $"person:{id}" : number is not null ? $"number:{number}" : $"role:{role}@{section}";
        // A head who owns the matter himself is told once.
        var known = db.Set<Alert>().Local.Any(a => a.DeadlineId == deadline.Id && a.Round == deadline.Round && a.Rung == rung && a.RecipientKey == key + suffix);
        if (known) return;
        db.Add(new Alert
        {
            Id = Ids.New(change),
            DeadlineId = deadline.Id,
            CaseNo = deadline.CaseNo,
            Chain = deadline.Chain,
            Round = deadline.Round,
            Rung = rung,
            RecipientKey = key + suffix,
            RecipientId = person,
            RecipientNumber = number,
            RecipientRole = person is null && number is null ? role : null,
            RecipientSection = section,
            Text = text.Length > 600 ? text[..600] : text,
            WhyMe = why,
            CreatedAt = change.At,
            CreatedOn = change.On,
        });
        var named = person is { } one ? directory.Person(one) : number is not null ? directory.WithNumber(number) : null;
        IReadOnlyList<Recipient> people = named is not null ? [named] : person is null && number is null ? directory.WithRole(role, section) : [];
        foreach (var recipient in people.Where(r => r.Mail is not null))
        {
            // Without the recipient's role in the key: who holds two of the roles gets one mail.
            outbox.Enqueue(change, "mail", string.Create(CultureInfo.InvariantCulture, $"alert/{deadline.Id}/{deadline.Round}/{rung}{suffix}/{recipient.Id}"), new JsonObject
            {
                ["to"] = recipient.Mail,
                ["name"] = recipient.Name,
                ["subject"] = $"【办理时限】{deadline.Title}",
                ["text"] = $"{text}\n{why}。\n{deadline.Explanation}",
                ["path"] = "/inbox",
            });
        }
    }

    private static string WhyRung(string to, int rung) => to switch
    {
        "owner" => "您是该事项的经办人",
        Roles.SectionHead => rung >= 0 ? "您是经办科室负责人，该事项今天到期" : "您是经办科室负责人，该事项已逾期",
        Roles.Escalation => "您负责督办，该事项已逾期",
        Roles.DeputyDirector => "您是分管领导，该事项逾期超过一个工作日",
        _ => "您所任角色在督办名单中",
    };
}
