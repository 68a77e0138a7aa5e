using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>One account of the sample office.</summary>
/// <param name="Number">Number in the officer or expert register; null: not entered there.</param>
internal sealed record DemoPerson(string UserName, string Name, IReadOnlyList<string> Roles, string? Number = null, string? Section = null, string? Department = null);

/// <summary>The people of the sample county who use the system, each with the roles of the real post.</summary>
internal static class DemoOffice
{
    private const string Bureau = "崇信县应急管理局";
    public const string Team = "执法大队";

    public static IReadOnlyList<DemoPerson> People { get; } =
    [
        new("zhuwenbin", "朱文斌", [Roles.Planner, Roles.Officer], "R005", "综合科", Bureau),
        new("yangyumei", "杨玉梅", [Roles.SectionHead, Roles.Officer], "R007", "工贸监管科", Bureau),
        new("liangxiaodong", "梁晓东", [Roles.SectionHead, Roles.Officer], "R006", "危险化学品监管科", Bureau),
        new("gouyongsheng", "缑永胜", [Roles.SectionHead, Roles.Officer], "R008", "矿山监管科", Bureau),
        new("xinjianjun", "信建军", [Roles.DeputyDirector], "R002", "局领导", Bureau),
        new("jinhuifang", "靳慧芳", [Roles.DeputyDirector], "R003", "局领导", Bureau),
        new("ouyangzhanhai", "欧阳占海", [Roles.DeputyDirector], "R004", "局领导", Bureau),
        new("maguodong", "马国栋", [Roles.Director], "R001", "局领导", Bureau),
        new("mengqiuju", "孟秋菊", [Roles.DrawOperator, Roles.Liaison], "R028", "综合科", Bureau),
        new("gaomingyuan", "高明远", [Roles.Supervisor], null, null, "县纪委监委派驻第三纪检监察组"),
        new("tianchunsheng", "田春生", [Roles.Witness], null, null, "企业代表"),
        new("wangyanlong", "王彦龙", [Roles.SectionHead, Roles.Officer, Roles.CaseOfficer], "R010", Team, Bureau),
        new("ruizhiqiang", "芮志强", [Roles.Officer, Roles.CaseOfficer], "R011", Team, Bureau),
        new("liyanan", "李亚楠", [Roles.Officer, Roles.CaseOfficer], "R012", Team, Bureau),
        new("zhangpengcheng", "张鹏程", [Roles.Officer, Roles.CaseOfficer], "R013", Team, Bureau),
        new("guansiyuan", "关思远", [Roles.Officer, Roles.CaseOfficer], "R014", Team, Bureau),
        new("zhaoyating", "赵雅婷", [Roles.Officer, Roles.CaseOfficer], "R015", Team, Bureau),
        new("tuojunfeng", "拓俊峰", [Roles.Officer, Roles.CaseOfficer], "R017", Team, Bureau),
        new("chenlijuan", "陈丽娟", [Roles.Officer, Roles.CaseOfficer], "R018", Team, Bureau),
        new("huangrunze", "黄润泽", [Roles.Officer, Roles.CaseOfficer], "R019", Team, Bureau),
        new("sujincheng", "苏锦程", [Roles.Officer, Roles.CaseOfficer], "R020", Team, Bureau),
        new("hechunyan", "何春燕", [Roles.Officer], "R022", "危险化学品监管科", Bureau),
        new("ruweimin", "茹维民", [Roles.Registrar, Roles.Officer], "R023", "工贸监管科", Bureau),
        new("hetianyou", "贺天佑", [Roles.Officer], "R024", "矿山监管科", Bureau),
        new("guzhenhua", "顾振华", [Roles.Expert], "E01", null, "陇东安全技术服务中心"),
        new("gongshuqin", "龚淑琴", [Roles.Expert], "E02", null, "平凉化工设计所"),
        new("yuchiguangwen", "尉迟广文", [Roles.Expert], "E03", null, "陇东职业学院"),
        new("yancunliang", "严存良", [Roles.Expert], "E04", null, "退休"),
        new("daihui", "戴晖", [Roles.Expert], "E05", null, "平凉防爆检测站"),
        new("qinjicheng", "覃继成", [Roles.Expert], "E06", null, "陇东地质勘查院"),
        new("changshengrong", "常生荣", [Roles.Expert], "E07", null, "退休"),
        new("wanxiaoyan", "万晓燕", [Roles.Expert], "E08", null, "平凉烟花爆竹检测中心"),
        new("mohailong", "莫海龙", [Roles.Expert], "E09", null, "县消防技术服务站"),
        new("shaoyajun", "邵亚军", [Roles.Expert], "E11", null, "平凉职业卫生与安全所"),
        new("xiangxuemei", "向雪梅", [Roles.Expert], "E12", null, "陇东医药设计院"),
        new("xinhuimin", "信慧敏", [Roles.Legal], "R009", "法制科", Bureau),
        new("duoliqun", "朵立群", [Roles.Publisher], "R025", "综合科", Bureau),
        new("songwentao", "宋文涛", [Roles.Escalation], null, "综合科", Bureau),
        new("fanxuejun", "范学军", [Roles.Government], null, null, "崇信县人民政府安全生产委员会"),
        new("dinghaiyan", "丁海燕", [Roles.Auditor], null, null, "崇信县司法局"),
        new("qihao", "祁浩", [Roles.Admin], null, "综合科", Bureau),
        new("luwenjing", "陆文静", [Roles.ProcessManager], null, "综合科", Bureau),
        new("fangzhou", "方舟", [Roles.ProcessManager], null, "法制科", Bureau),
    ];

    /// <summary>Makes the accounts that are missing; an account of an earlier run gets a new password, so that the one printed is true.</summary>
    /// <returns>Passwords by account.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> OpenAccountsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var passwords = new Dictionary<string, string>(StringComparer.Ordinal);
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "演示");
        var units = services.GetRequiredService<IUnitOfWork>();
        var added = await units.RunAsync<Done>(async (scope, ct) =>
        {
            var known = await scope.GetRequiredService<DbContext>().Set<Account>().Select(a => a.UserName).ToListAsync(ct);
            foreach (var person in People)
            {
                var password = passwords[person.UserName] = Passwords.NewRandom();
                var result = known.Contains(person.UserName)
                    ? await scope.GetRequiredService<ResetPasswordHandler>().HandleAsync(new ResetPassword(person.UserName, password), change, ct)
                    : await scope.GetRequiredService<AddAccountHandler>().HandleAsync(new AddAccount(
                        person.UserName, person.Name, person.Roles, password, person.Number, person.Section, person.Department, $"{person.UserName}@example.org"), change, ct);
                if (result.Refusal is { } refusal) return refusal;
            }
            return Done.It;
        }, cancellationToken);
        return added.Refusal is { } refused ? throw new DemoStoppedException(refused.ToString()) : passwords;
    }
}

/// <summary>The demonstration cannot go on: its message names the step and the reason.</summary>
internal sealed class DemoStoppedException(string message) : Exception(message);
