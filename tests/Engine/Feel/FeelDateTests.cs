using System.Globalization;
using DoubleRandom.Engine.Expressions.Feel;

namespace DoubleRandom.Tests.Engine.Feel;

public sealed class FeelDateTests
{
    [Fact]
    public void EveryThirtySeventhDayOfDotNet_IsTheSameDay()
    {
        for (var number = 0; number <= DateOnly.MaxValue.DayNumber; number += 37)
        {
            var (date, known) = (new FeelDate(number), DateOnly.FromDayNumber(number));

            Assert.Equal((known.Year, known.Month, known.Day, known.DayOfWeek, known.DayOfYear), (date.Year, date.Month, date.Day, date.DayOfWeek, date.DayOfYear));
            Assert.Equal(number, FeelDate.Of(known.Year, known.Month, known.Day).Number);
            Assert.Equal(ISOWeek.GetWeekOfYear(known.ToDateTime(TimeOnly.MinValue)), date.WeekOfYear);
            if (known.Year < 9998) Assert.Equal(FeelDate.Of(known.AddMonths(13)), date.AddMonths(13));
        }
    }

    [Theory]
    [InlineData("@\"-2021-01-01\" - @\"P1D\"", "@\"-2022-12-31\"")]
    [InlineData("@\"0000-02-29\" + @\"P1Y\"", "@\"0001-02-28\"")]
    [InlineData("date(\"0001-01-01\") - @\"P1D\"", "@\"0000-12-31\"")]
    [InlineData("date(\"999999999-12-31\") + @\"P1D\"", "null")]
    [InlineData("date(-999999999, 1, 1) - @\"P1D\"", "null")]
    [InlineData("date(\"999999999-12-31\") - date(\"-999999999-01-01\")", "null")]
    [InlineData("date and time(\"12026-01-01T23:30:00+08:00\") + @\"PT1H\"", "@\"12026-01-02T00:30:00+08:00\"")]
    [InlineData("date(\"12026-03-31\") + @\"P1M\" - @\"P2M\"", "@\"12026-02-28\"")]
    [InlineData("date(\"01211-12-31\")", "null")]
    [InlineData("date(2026, 2, 29)", "null")]
    [InlineData("count(for d in date(\"2026-02-27\")..date(\"2026-03-02\") return d)", "4")]
    public void Arithmetic_BeyondDotNetsYears_IsExactOrNull(string text, string literal) => Assert.Equal(literal, FeelExpression.Parse(text).Value.Evaluate(_ => null).ToLiteral());
}
