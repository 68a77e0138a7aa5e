using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Tests.Inspections.Draws;

public sealed class SampleAllocationTests
{
    [Fact]
    public void Allocate_BySizeTimesWeight_GivesTheSharesAnybodyCanRecount()
    {
        // 1×301, 2×550, 3×116, 4×40 of 101: masses 301, 1100, 348, 160 of 1909.
        Assert.Equal([16, 58, 18, 9], SampleAllocation.Allocate(101, [(301, 1), (550, 2), (116, 3), (40, 4)]));
        Assert.Equal([2, 1, 1], SampleAllocation.Allocate(4, [(10, 1), (10, 1), (10, 1)]));
        Assert.Equal([5, 3, 0], SampleAllocation.Allocate(8, [(5, 100), (40, 1), (0, 1)]));
        Assert.Equal([5, 40], SampleAllocation.Allocate(99, [(5, 1), (40, 1)]));
        Assert.Equal([0, 0], SampleAllocation.Allocate(0, [(5, 1), (40, 1)]));
    }

    [Fact]
    public void Allocate_AnyStrata_SumsToTheSampleWithinTheSizesAndGivesMoreToTheHeavier()
    {
        var random = new Random(20260918);
        for (var i = 0; i < 20_000; i++)
        {
            var strata = Enumerable.Range(0, random.Next(1, 9)).Select(_ => (Size: random.Next(0, 400), Weight: random.Next(1, 101))).ToList();
            var sample = random.Next(0, 1_500);

            var counts = SampleAllocation.Allocate(sample, strata);

            Assert.Equal(Math.Min(sample, strata.Sum(s => s.Size)), counts.Sum());
            Assert.All(counts.Zip(strata), c => Assert.InRange(c.First, 0, c.Second.Size));
            for (var a = 0; a < strata.Count; a++)
            {
                for (var b = 0; b < strata.Count; b++)
                {
                    // Of two strata of one size the heavier never gets less, but for the one place of a remainder between equals.
                    if (strata[a].Size == strata[b].Size && strata[a].Weight > strata[b].Weight) Assert.True(counts[a] >= counts[b], $"run {i}");
                }
            }
        }
    }

    [Fact]
    public void Allocate_TenMillion_DoesNotOverflow()
        => Assert.Equal(3_000_000, SampleAllocation.Allocate(3_000_000, [(5_000_000, 100), (5_000_000, 99), (7, 1)]).Sum());

    [Theory]
    [InlineData("信用D级=6；信用A级=1", "信用A级=1；信用B级=2；信用C级=4；信用D级=6；信用未评=2")]
    [InlineData("  信用B级 ＝ 5 \n", "信用A级=1；信用B级=5；信用C级=4；信用D级=6；信用未评=2")]
    [InlineData("", "信用A级=1；信用B级=2；信用C级=4；信用D级=6；信用未评=2")]
    public void Parse_Weights_KeepsTheDefaultOfWhatIsLeftOut(string text, string expected)
        => Assert.Equal(expected, StrataRule.Parse(StratifyBy.Credit, text).Value.ToText());

    [Theory]
    [InlineData("信用E级=1")]
    [InlineData("信用A级=0")]
    [InlineData("信用A级=101")]
    [InlineData("信用A级=-1")]
    [InlineData("信用A级=1.5")]
    [InlineData("信用A级")]
    [InlineData("信用A级=1=2")]
    public void Parse_BadWeight_NamesItAndTheStrata(string text)
    {
        var refusal = StrataRule.Parse(StratifyBy.Credit, text).Refusal;

        Assert.Equal("campaigns.bad-weights", refusal?.Code);
        Assert.Equal(text, refusal!.Arguments[0]);
    }

    [Fact]
    public void StratumOf_EveryEntry_IsAStratumOfTheRule()
    {
        string?[] grades = ["A", "B", "C", "D", "E", "", null];
        string?[] risks = ["重大", "较大", "一般", "低", "红", null];
        foreach (var by in Enum.GetValues<StratifyBy>())
        {
            var rule = StrataRule.Default(by);
            foreach (var entry in grades.SelectMany(g => risks.Select(r => Entry(g, r, 0))).Append(Entry("A", "低", 3)).Append(Entry("A", "低", 2))) Assert.InRange(rule.WeightOf(rule.StratumOf(entry, InspecteeFigures.None, 3)), 1, SampleAllocation.MaxWeight);
        }
        var conduct = StrataRule.Default(StratifyBy.Conduct);
        Assert.Equal(("投诉违法较多", "其他对象", "投诉违法较多"), (conduct.StratumOf(Entry("A", "低", 3), InspecteeFigures.None, 3), conduct.StratumOf(Entry("A", "低", 3), InspecteeFigures.None, 4), conduct.StratumOf(Entry("A", "低", 0), new InspecteeFigures(0, 1, 0), 3)));

        static Inspectee Entry(string? grade, string? risk, int complaints) => new()
        {
            Number = "CX00001",
            Kind = "企业",
            Name = "某厂",
            EntityType = "企业",
            RegionCode = "620823",
            RegisteredAddress = "某街",
            LegalRepresentative = "某人",
            RegistrationStatus = "存续",
            CreditGrade = grade,
            RiskGrade = risk,
            Complaints12Months = complaints,
        };
    }
}
