using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>A person who can be told, and where.</summary>
/// <param name="HasMailBounced">What was sent to the address came back: nothing more goes there until it is corrected.</param>
public sealed record Recipient(Guid Id, string Name, string? Mail, string? Phone = null, bool HasMailBounced = false)
{
    /// <summary>Where the person is reached by the way; null: <see cref="ProblemBy"/> says why not.</summary>
    public string? AddressBy(string way) => way switch { AlertWays.Mail when !HasMailBounced => Mail, AlertWays.Sms => Phone, _ => null };

    /// <summary>Why nothing can leave for the person by the way; null: it can.</summary>
    public string? ProblemBy(string way) => AddressBy(way) is not null ? null : way != AlertWays.Mail ? "没有登记手机号" : Mail is null ? "没有登记邮箱" : "邮箱退信，待更正";
}

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

/// <summary>Writes alerts and what goes out with them, in the transaction of what they tell about.</summary>
public sealed class AlertDesk(INewRows rows, IDirectory directory)
{
    // A head who owns the matter himself is told once; a set, because a batch writes thousands.
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    internal void TellRung(Deadline deadline, DeadlineRung rung, IWorkingCalendar calendar, DateOnly today, ChangeContext change)
    {
        var text = $"{deadline.CaseNo} {deadline.Title}：{DeadlineClock.RemainingWords(deadline, calendar, change.At, today)}（最后期限 {DeadlineClock.DueInWords(deadline)}{(deadline.Provisional ? "，暂定" : "")}）。";
        var by = rung.By ?? DefaultWays;
        Alert? first = null;
        // Where the day a document names is a day of rest, the reminder of the last day comes on the last working day before it.
        var isEarly = rung.Code == 0 && deadline.DueAt is null && today < deadline.DueOn;
        foreach (var to in rung.To) first = Tell(deadline, rung.Code, to, "", text, by, change, isEarly) ?? first;
        if (first is null) return;
        foreach (var way in by.Select(AlertWays.Find).Where(w => w is { IsPersonal: false })) Deliver(first, way!, null, change);
    }

    internal void TellMoved(Deadline deadline, DeadlineMove move, ChangeContext change)
    {
        var cause = move.Cause == MoveCause.Calendar ? $"工作日历更新（{move.Why}）" : move.Why;
        var text = $"{deadline.CaseNo} {deadline.Title}：最后期限由{DeadlineClock.InWords(move.From)}改为{DeadlineClock.InWords(move.To)}。{cause}。{deadline.Explanation}";
        // The move belongs to the key: one that comes later is told again.
        Tell(deadline, Alert.MovedRung, DeadlineRung.Owner, $"#{move.Id:N}", text, DefaultWays, change);
    }

    /// <summary>Tells the supervisors that a person who need not know tried to read, before the visit, who was drawn.</summary>
    /// <param name="number">The campaign's number, for its list, or the check's.</param>
    internal void TellLeak(Campaign campaign, string number, ChangeContext change)
    {
        var what = number == campaign.CampaignNo ? "抽取名单" : $"检查 {number}";
        var about = new Matter(campaign.Id, campaign.CampaignNo, campaign.Chain, 0, Alert.SecrecyRung, $"{change.By.Name}不在 {campaign.CampaignNo} 的知悉范围内，检查前查阅{what}被拒，请核实。");
        // Each supervisor is told once a day of one who tries and of what.
        Tell(about, Holders(Roles.Supervisor, null), $"#{number}/{change.By.Id:N}/{change.On.Iso()}", DefaultWays, change);
    }

    /// <summary>Tells holders of roles and persons of the register about seats of a drawn list.</summary>
    /// <param name="about">What it is about; of one thing everybody is told once.</param>
    internal void TellSeats(Campaign campaign, IReadOnlyList<string> roles, IReadOnlyList<string> numbers, string about, string text, ChangeContext change)
    {
        var matter = new Matter(campaign.Id, campaign.CampaignNo, campaign.Chain, 0, Alert.SeatRung, text);
        foreach (var role in roles) Tell(matter, Holders(role, null), $"#{about}", DefaultWays, change);
        Tell(matter, numbers.Select(n => Numbered(n, "您在有关的检查组中")), $"#{about}", DefaultWays, change);
    }

    /// <summary>Tells whoever has the item, or each who could take it, that a person asks for it.</summary>
    /// <param name="act">The urging: the next one is told again.</param>
    internal void TellUrge(WorkItem item, Guid act, string text, ChangeContext change)
    {
        const string why = "您是该事项的经办人";
        var readers = item.ClaimedById is { } holder ? [new Reader($"person:{holder}", why, holder, directory.Person(holder))]
            : item.Assignees is not null ? item.AssigneeNumbers.Select(number => Numbered(number, why))
            : Holders(item.Role, null, "您所任的角色经办该事项");
        Tell(new Matter(item.Id, item.CaseNo, $"case/{item.CaseNo}", 0, Alert.UrgeRung, text), readers, $"#{act:N}", DefaultWays, change);
    }

    private static readonly IReadOnlyList<string> DefaultWays = [AlertWays.Mail];

    private Alert? Tell(Deadline deadline, int rung, string to, string suffix, string text, IReadOnlyList<string> by, ChangeContext change, bool isEarly = false)
        => Tell(new Matter(deadline.Id, deadline.CaseNo, deadline.Chain, deadline.Round, rung, text, deadline.DueAt is not null, DeadlineClock.UnitWord(deadline.Unit == DeadlineUnit.WorkingDays ? deadline.Unit : DeadlineUnit.CalendarDays), isEarly), ReadersOf(deadline, to), suffix, by, change);

    /// <returns>The first alert written; null when all had been told.</returns>
    private Alert? Tell(in Matter about, IEnumerable<Reader> readers, string suffix, IReadOnlyList<string> by, ChangeContext change)
    {
        Alert? first = null;
        foreach (var reader in readers)
        {
            if (!_told.Add($"{about.Id}/{about.Round}/{about.Rung}/{reader.Key}{suffix}")) continue;
            var alert = new Alert
            {
                Id = Ids.New(change),
                DeadlineId = about.Id,
                CaseNo = about.CaseNo,
                Chain = about.Chain,
                Round = about.Round,
                Rung = about.Rung,
                RecipientKey = reader.Key + suffix,
                RecipientId = reader.PersonId,
                RecipientNumber = reader.Number,
                RecipientRole = reader.Role,
                RecipientSection = reader.PersonId is null ? reader.Section : null,
                RecipientName = reader.Person?.Name,
                Text = about.Text.Length > 600 ? about.Text[..600] : about.Text,
                WhyMe = $"{reader.Why}{RungWords(about)}",
                CreatedAt = change.At,
                CreatedOn = change.On,
            };
            rows.Add(alert);
            first ??= alert;
            if (reader.Person is not { } person) continue;
            foreach (var way in by.Select(AlertWays.Find).Where(w => w is { IsPersonal: true })) Deliver(alert, way!, person, change);
        }
        return first;
    }

    /// <summary>Where the person is reached is looked up when it leaves (<see cref="AlertDispatch"/>).</summary>
    private void Deliver(Alert alert, AlertWay way, Recipient? person, ChangeContext change) => rows.Add(new AlertDelivery
    {
        AlertId = alert.Id,
        Way = way.Key,
        RecipientId = person?.Id ?? Guid.Empty,
        RecipientName = person?.Name ?? $"{way.Name}群",
        CreatedAt = change.At,
    });

    private IEnumerable<Reader> ReadersOf(Deadline deadline, string to)
    {
        if (to != DeadlineRung.Owner) return Holders(to, to == Roles.SectionHead ? deadline.Section : null);
        if (deadline.OwnerId is { } owner) return [new Reader($"person:{owner}", "您是该事项的经办人", owner, directory.Person(owner))];
        if (deadline.OwnerNumbers is null) return Holders(deadline.OwnerRole, deadline.Section, "您所任的角色经办该事项");
        return deadline.OwnerNumbers.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(number => Numbered(number, "您是该事项的经办人"));
    }

    private Reader Numbered(string number, string why) => directory.WithNumber(number) is { } person
        ? new Reader($"person:{person.Id}", why, person.Id, person, number)
        : new Reader($"number:{number}", why, null, null, number);

    /// <summary>Everybody who holds the role in the section; where nobody does, everybody who holds it; where nobody holds it at all, whoever will.</summary>
    private IEnumerable<Reader> Holders(string role, string? section, string? why = null)
    {
        var name = Roles.Find(role)?.Name ?? role;
        var people = directory.WithRole(role, section);
        if (people.Count == 0 && section is not null && directory.WithRole(role, null) is { Count: > 0 } others) (people, why) = (others, why ?? $"您是{name}（{section}没有{name}）");
        why ??= section is null ? $"您是{name}" : $"您是{section}的{name}";
        return people.Count == 0 ? [new Reader($"role:{role}@{section}", why, null, null, null, role, section)] : people.Select(p => new Reader($"person:{p.Id}", why, p.Id, p, null, role, section));
    }

    private static string RungWords(in Matter about) => about.Rung switch
    {
        Alert.MovedRung => "，期限有变动",
        Alert.SecrecyRung or Alert.SeatRung or Alert.UrgeRung => "",
        var rung when DeadlineRung.Of(rung) is (RungUnit.SinceStart, var since) => $"，起算后第 {since} {about.Days}（内部目标）提醒您",
        var rung when DeadlineRung.Of(rung) is (RungUnit.CalendarDays, var before) => $"，距到期 {before} 日起提醒您",
        > 0 and var rung when about.InHours => $"，距到期 {rung} 小时起提醒您",
        0 when about.InHours => "，到期时提醒您",
        < 0 and var rung when about.InHours => $"，逾期 {-rung} 小时起告知您",
        > 0 and var rung => $"，距到期 {rung} 个工作日起提醒您",
        0 => about.IsEarly ? "，到期日休息，此前最后一个工作日提醒您" : "，到期当天提醒您",
        var rung => $"，逾期第 {-rung} 个工作日起告知您",
    };

    /// <summary>What is told of: a deadline's rung, or a campaign.</summary>
    /// <param name="Rung">As <see cref="DeadlineRung.Code"/> gives it.</param>
    /// <param name="Days">The word for the days its event is counted from in.</param>
    /// <param name="IsEarly">The last day is a day of rest that lies ahead.</param>
    private readonly record struct Matter(Guid Id, string CaseNo, string Chain, int Round, int Rung, string Text, bool InHours = false, string Days = "", bool IsEarly = false);

    private sealed record Reader(string Key, string Why, Guid? PersonId, Recipient? Person, string? Number = null, string? Role = null, string? Section = null);
}
