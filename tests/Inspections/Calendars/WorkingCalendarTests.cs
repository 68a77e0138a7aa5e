using System.Globalization;
using DoubleRandom.Inspections.Calendars;

namespace DoubleRandom.Tests.Inspections.Calendars;

public sealed class WorkingCalendarTests
{
    private static readonly WorkingCalendar Calendar = EmbeddedCalendars.Calendar;

    private static DateOnly D(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(2024, 251)]
    [InlineData(2025, 248)]
    [InlineData(2026, 248)]
    public void Year_Published_HasTheNoticesWorkingDays(int year, int expected)
        => Assert.Equal(expected, Calendar.CountBetween(new DateOnly(year - 1, 12, 31), new DateOnly(year, 12, 31)));

    [Fact]
    public void Months_Of2026_HaveTheNoticesWorkingDays()
    {
        int[] expected = [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23];
        var counted = Enumerable.Range(1, 12).Select(m =>
        {
            var first = new DateOnly(2026, m, 1);
            return Calendar.CountBetween(first.AddDays(-1), first.AddMonths(1).AddDays(-1));
        });
        Assert.Equal(expected, counted);
    }

    [Theory]
    [InlineData("2026-09-18", 10, "2026-10-09", false)]
    [InlineData("2026-09-18", 20, "2026-10-22", false)]
    [InlineData("2026-12-21", 10, "2027-01-05", true)]
    [InlineData("2026-12-31", 0, "2026-12-31", false)]
    [InlineData("2027-01-01", 0, "2027-01-04", true)]
    [InlineData("2026-10-01", 0, "2026-10-08", false)]
    [InlineData("2026-09-20", 0, "2026-09-20", false)]
    public void Add_AcrossHolidays_GivesTheDay(string from, int days, string expected, bool provisional)
        => Assert.Equal(new CalendarDate(D(expected), provisional), Calendar.Add(D(from), days));

    [Theory]
    [InlineData("2026-10-10", 5, "2026-09-28", false)]
    [InlineData("2027-01-04", 1, "2026-12-31", true)]
    [InlineData("2026-10-07", 0, "2026-09-30", false)]
    public void Subtract_AcrossHolidays_GivesTheDay(string from, int days, string expected, bool provisional)
        => Assert.Equal(new CalendarDate(D(expected), provisional), Calendar.Subtract(D(from), days));

    [Fact]
    public void AddAndSubtract_EveryDayOfFiveYears_AgreeWithCountingByHand()
    {
        for (var from = new DateOnly(2023, 12, 1); from.Year < 2029; from = from.AddDays(7))
        {
            foreach (var n in new[] { 1, 2, 5, 10, 20, 61 })
            {
                var after = Enumerable.Range(1, 200).Select(from.AddDays).Where(Calendar.IsWorkingDay).ElementAt(n - 1);
                var before = Enumerable.Range(1, 200).Select(i => from.AddDays(-i)).Where(Calendar.IsWorkingDay).ElementAt(n - 1);
                Assert.Equal(after, Calendar.Add(from, n).On);
                Assert.Equal(before, Calendar.Subtract(from, n).On);
                Assert.Equal(n, Calendar.CountBetween(from, after));
                var span = Enumerable.Range(1, after.DayNumber - from.DayNumber).Select(from.AddDays);
                Assert.Equal(span.Any(d => d.Year is < 2024 or > 2026), Calendar.Add(from, n).Provisional);
            }
        }
    }

    [Fact]
    public void Explain_NationalDay_NamesWhatWasSkippedAndMadeUp()
    {
        var steps = Calendar.Explain(D("2026-09-18"), 20);
        Assert.Equal(D("2026-10-22"), steps[^1].On);
        Assert.Equal(20, steps[^1].Counted);
        Assert.Contains(steps, s => s.On == D("2026-09-20") && s.Counted is not null && s.Name is not null);
        Assert.All(steps.Where(s => s.On >= D("2026-10-01") && s.On <= D("2026-10-07")), s => Assert.Null(s.Counted));
        Assert.Equal("国庆节", Calendar.NameOf(D("2026-10-05")));
    }

    [Fact]
    public void StatutoryHolidays_2027_EqualTheEmbeddedProvisionalYear()
    {
        var embedded = EmbeddedCalendars.Years.Single(y => y.Year == 2027);
        Assert.Equal(CalendarStatus.Provisional, embedded.Status);
        Assert.Equal(embedded.Days, StatutoryHolidays.Of(2027));
    }

    [Theory]
    [InlineData(2024)]
    [InlineData(2025)]
    [InlineData(2026)]
    public void StatutoryHolidays_PublishedYears_AreOffInTheNotice(int year)
        => Assert.All(StatutoryHolidays.Of(year), d => Assert.False(Calendar.IsWorkingDay(d.On), $"{d.On:yyyy-MM-dd} {d.Name}"));

    [Fact]
    public void CalendarCsv_BadRows_AreNamedByLineColumnAndCode()
    {
        var file = CalendarCsv.Read(new StringReader("日期,类型,名称\n2028-01-01,休,元旦\n2028-13-02,休,元旦\n2028-01-03,假,元旦\n2028-01-01,休,元旦\n"), "x");
        Assert.Equal(4, file.Read);
        Assert.Equal([(3, "日期", "bad-format"), (4, "类型", "unknown-code"), (5, "日期", "duplicate-in-file")],
            file.Errors.Select(e => (e.Row, e.Column!, e.Code)));
    }

    [Theory]
    [InlineData("2027-01-01,休,元旦,暂定\n2027-02-05,休,春节,\n2027-02-06,休,春节,暂定\n2028-01-01,休,元旦,\n", 3, "本行为“空”，第 2 行为“暂定”")]
    [InlineData("2027-01-01,休,元旦,\n2027-02-05,休,春节,暂定\n", 3, "本行为“暂定”，第 2 行为“空”")]
    [InlineData("2027-01-01,休,元旦,已公布\n2027-02-05,休,春节,暂定\n2027-02-06,休,春节,暂定\n", 2, "本行为“已公布”，第 3 行为“暂定”")]
    public void CalendarCsv_YearOfTwoStatuses_IsRefusedAtTheOddRow(string rows, int row, string said)
    {
        var error = Assert.Single(CalendarCsv.Read(new StringReader($"日期,类型,名称,状态\n{rows}"), "x").Errors);
        Assert.Equal((row, "状态", "bad-format"), (error.Row, error.Column, error.Code));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CalendarCsv_EmptyStatusBesidePublished_IsOneStatus()
        => Assert.Equal(CalendarStatus.Published, Assert.Single(CalendarCsv.Read(new StringReader("日期,类型,名称,状态\n2027-01-01,休,元旦,\n2027-02-05,休,春节,已公布\n"), "x").Years).Status);

    [Theory]
    [InlineData("")]
    [InlineData("日期,类型,名称\n")]
    [InlineData("日子,类型,名称\n2027-01-01,休,元旦\n")]
    public void CalendarCsv_WholeFileAtFault_NamesNoRow(string text)
        => Assert.Equal((0, "missing-value"), Assert.Single(CalendarCsv.Read(new StringReader(text), "x").Errors.Select(e => (e.Row, e.Code))));

    [Fact]
    public async Task CalendarCsv_Template_IsReadAndAgreesWithTheNotice()
    {
        using var writer = new StringWriter();
        await CalendarCsv.WriteTemplateAsync(writer);
        var file = CalendarCsv.Read(new StringReader(writer.ToString()), "x");
        Assert.Empty(file.Errors);
        Assert.Subset(EmbeddedCalendars.Years.Single(y => y.Year == 2026).Days.ToHashSet(), Assert.Single(file.Years).Days.ToHashSet());
    }
}
