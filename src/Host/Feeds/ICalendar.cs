using System.Globalization;
using System.Text;

namespace DoubleRandom.Host.Feeds;

/// <param name="Uid">The same whenever the event is read again.</param>
/// <param name="Sequence">Grows with each change of it.</param>
/// <param name="At">The moment, UTC, of what is not due on a day but at a time.</param>
/// <param name="Url">Where it is read in full.</param>
internal sealed record CalendarEvent(string Uid, DateOnly On, string Summary, string Description, int Sequence, CalendarStatus Status, string? Url, DateTime? At = null);

/// <summary>Cancelled: programs that took the event over take it out again.</summary>
internal enum CalendarStatus { Confirmed, Tentative, Cancelled }

/// <summary>
/// Writes iCalendar (RFC 5545): whole-day events and moments, lines ended by CRLF and folded at 75 octets, text escaped. What Apple and Google read of it stands in the RFC
/// (and RFC 7986 for how often they ask again); Outlook knows the same by names of its own, and takes an event without them for a busy day.
/// </summary>
internal static class ICalendar
{
    private const int MostOctets = 75;

    public static string Write(string name, DateTime stamp, IEnumerable<CalendarEvent> events)
    {
        var text = new StringBuilder();
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//DoubleRandom//Deadlines//ZH");
        Line("CALSCALE:GREGORIAN");
        Line("METHOD:PUBLISH");
        Line($"NAME:{Escape(name)}");
        Line($"X-WR-CALNAME:{Escape(name)}");
        Line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        Line("X-PUBLISHED-TTL:PT1H");
        Line("X-WR-TIMEZONE:Asia/Shanghai");
        // The office's zone: days are whole days there. China has had one offset since 1991.
        foreach (var line in (string[])["BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "BEGIN:STANDARD", "DTSTART:19910915T000000", "TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "TZNAME:CST", "END:STANDARD", "END:VTIMEZONE"]) Line(line);
        foreach (var e in events)
        {
            Line("BEGIN:VEVENT");
            Line($"UID:{e.Uid}");
            Line(string.Create(CultureInfo.InvariantCulture, $"DTSTAMP:{stamp:yyyyMMdd'T'HHmmss'Z'}"));
            // A moment has no length: without an end it is just that.
            if (e.At is { } at) Line(string.Create(CultureInfo.InvariantCulture, $"DTSTART:{at:yyyyMMdd'T'HHmmss'Z'}"));
            else
            {
                Line(string.Create(CultureInfo.InvariantCulture, $"DTSTART;VALUE=DATE:{e.On:yyyyMMdd}"));
                Line(string.Create(CultureInfo.InvariantCulture, $"DTEND;VALUE=DATE:{e.On.AddDays(1):yyyyMMdd}"));
            }
            Line($"SUMMARY:{Escape(e.Summary)}");
            Line($"DESCRIPTION:{Escape(e.Description)}");
            Line(string.Create(CultureInfo.InvariantCulture, $"SEQUENCE:{e.Sequence}"));
            Line(e.Status switch { CalendarStatus.Cancelled => "STATUS:CANCELLED", CalendarStatus.Tentative => "STATUS:TENTATIVE", _ => "STATUS:CONFIRMED" });
            if (e.Url is not null) Line($"URL:{e.Url}");
            Line("TRANSP:TRANSPARENT");
            if (e.At is null) Line("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE");
            Line("X-MICROSOFT-CDO-BUSYSTATUS:FREE");
            Line("END:VEVENT");
        }
        Line("END:VCALENDAR");
        return text.ToString();

        void Line(string line)
        {
            var used = 0;
            foreach (var rune in line.EnumerateRunes())
            {
                if (used + rune.Utf8SequenceLength > MostOctets)
                {
                    // A folded line goes on after one space, which counts.
                    text.Append("\r\n ");
                    used = 1;
                }
                text.Append(rune);
                used += rune.Utf8SequenceLength;
            }
            text.Append("\r\n");
        }
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '\\' or ';' or ',') escaped.Append('\\').Append(c);
            else if (c == '\n') escaped.Append("\\n");
            else if (!char.IsControl(c)) escaped.Append(c);
        }
        return escaped.ToString();
    }
}
