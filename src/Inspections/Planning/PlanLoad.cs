using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>A month of a department: visits its lines want against visits its officers can make.</summary>
/// <param name="WorkingDays">Of the month.</param>
public sealed record MonthLoad(int Month, int Wanted, int Feasible, int WorkingDays)
{
    public bool IsOver => Wanted > Feasible;
}

/// <summary>牵头单位 of lines with the officers that may be drawn for them.</summary>
/// <param name="Officers">In service, with a valid certificate whose scope has an item of the department's lines. Somebody whose scope has items of two departments counts in both.</param>
/// <param name="PerGroup">The largest group of its lines.</param>
public sealed record DepartmentLoad(string Department, int Officers, int PerGroup, IReadOnlyList<MonthLoad> Months)
{
    public IEnumerable<MonthLoad> Over => Months.Where(m => m.IsOver);
}

/// <summary>
/// 能力测算 by month and department: 可派人数 ÷ 每组人数 × 工作日 × 每组每日户数, less the share of days the plan keeps for other work, against the visits of the lines spread over
/// the working days of their periods.
/// </summary>
/// <param name="Share">Person-days left for inspections of all, 0 to 1.</param>
public sealed record PlanLoad(int Year, int VisitsPerDay, decimal Share, IReadOnlyList<DepartmentLoad> Departments)
{
    /// <param name="lines">Of one year.</param>
    /// <param name="capacity">As compiled; null: nothing is taken off for other work.</param>
    public static async Task<PlanLoad> OfAsync(DbContext db, CalendarSource calendars, IReadOnlyList<PlanLine> lines, PlanCapacity? capacity, CancellationToken cancellationToken)
    {
        var year = lines.Count == 0 ? 1 : lines[0].Year;
        var calendar = await calendars.CurrentAsync(cancellationToken);
        var rules = await PlanRules.InForceAsync(db, new DateOnly(year, 1, 1), cancellationToken);
        var all = capacity is null ? 0 : (long)capacity.Officers * capacity.WorkingDays;
        var share = all <= 0 ? 1m : decimal.Divide(capacity!.InspectionDays, all);
        var officers = await db.Set<Officer>().AsNoTracking().Where(o => o.StaffKind == "在编执法人员" && o.CertificateStatus == "有效" && (o.Status == null || o.Status == "在岗")).ToListAsync(cancellationToken);
        return new PlanLoad(year, rules.VisitsPerDay, share, [.. lines.GroupBy(l => l.LeadUnit).OrderBy(g => g.Min(l => l.LineNo)).Select(g => Of([.. g]))]);

        DepartmentLoad Of(List<PlanLine> own)
        {
            var able = officers.Where(o => own.Any(l => o.MayCheck(l.ItemCode, l.PeriodFrom)) && o.MayBeDrawn).ToList();
            var perGroup = own.Max(l => Math.Max(1, l.OfficersPerGroup));
            var wanted = new int[13];
            foreach (var line in own) Spread(line, wanted);
            return new DepartmentLoad(own[0].LeadUnit, able.Count, perGroup, [.. Enumerable.Range(1, 12).Select(month =>
            {
                var days = calendar.CountBetween(new DateOnly(year, month, 1).AddDays(-1), new DateOnly(year, month, DateTime.DaysInMonth(year, month)));
                return new MonthLoad(month, wanted[month], (int)decimal.Floor((decimal)able.Count / perGroup * days * rules.VisitsPerDay * share), days);
            })]);
        }

        // Whole visits, evenly: after each month as many as its share of the working days so far, so that the months add up to the line.
        void Spread(PlanLine line, int[] wanted)
        {
            if (line.PeriodTo < line.PeriodFrom || line.PeriodFrom.Year != year || line.PeriodTo.Year != year) return;
            var days = calendar.CountBetween(line.PeriodFrom.AddDays(-1), line.PeriodTo);
            if (days == 0) return;
            var placed = 0;
            for (var month = line.PeriodFrom.Month; month <= line.PeriodTo.Month; month++)
            {
                var last = month == line.PeriodTo.Month ? line.PeriodTo : new DateOnly(year, month, DateTime.DaysInMonth(year, month));
                var goal = (int)((long)line.SampleSize * calendar.CountBetween(line.PeriodFrom.AddDays(-1), last) / days);
                wanted[month] += goal - placed;
                placed = goal;
            }
        }
    }
}
