using System.Linq.Expressions;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Host.Pages.Registers;

/// <summary>What entries of a register lack or have outlived, by the words in which 名录核查 counts them; a list shows whom each figure means.</summary>
internal static class RegisterGaps
{
    /// <summary>Days before a certificate's or licence's last one in which it is to be renewed.</summary>
    public const int RenewDays = 90;

    /// <summary>Of those that exist: what is struck off lacks nothing. Null: there is no such figure.</summary>
    public static Expression<Func<Inspectee, bool>>? OfInspectees(string what, DateOnly today)
    {
        var yearAgo = today.AddYears(-1);
        // Of several licences the one that ends first stands in front, and dates as texts are in the order of the days.
        var (day, afterwards) = (today.Iso(), today.AddDays(RenewDays + 1).Iso());
        return what switch
        {
            "一年内没有更新" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && (r.UpdatedOn == null || r.UpdatedOn < yearAgo),
            "许可证已过期" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.LicenceEnds != null && r.LicenceEnds.CompareTo(day) < 0,
            "许可证 90 天内到期" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.LicenceEnds != null && r.LicenceEnds.CompareTo(day) >= 0 && r.LicenceEnds.CompareTo(afterwards) < 0,
            "没有联系电话" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.Phone == null,
            "没有生产经营地址" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.SiteAddress == null,
            "没有坐标" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && (r.Longitude == null || r.Latitude == null),
            "没有安全负责人" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.SafetyContact == null,
            "没有行业代码" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.IndustryCode == null,
            "市场主体没有信用等级" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.CreditGrade == null && Inspectee.MarketKinds.Contains(r.Kind),
            "没有风险等级" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.RiskGrade == null,
            "没有所属科室" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.OwnerSection == null,
            "信用代码校验位例外" => r => (r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业") && r.CreditCodeNote != null,
            _ => null,
        };
    }

    public static Expression<Func<Officer, bool>>? OfOfficers(string what, DateOnly today)
    {
        var soon = today.AddDays(RenewDays);
        return what switch
        {
            "没有执法证号" => r => r.StaffKind == "在编执法人员" && r.CertificateNo == null,
            "证件状态为有效但已过有效期" => r => r.StaffKind == "在编执法人员" && r.CertificateStatus == "有效" && (r.CertificateValidTo == null || r.CertificateValidTo < today),
            "证件 90 天内到期" => r => r.StaffKind == "在编执法人员" && r.CertificateStatus == "有效" && r.CertificateValidTo >= today && r.CertificateValidTo <= soon,
            "持证但没有执法事项范围" => r => r.StaffKind == "在编执法人员" && r.Scope == null && r.CertificateStatus == "有效",
            "没有手机号码" => r => r.StaffKind == "在编执法人员" && r.Phone == null,
            _ => null,
        };
    }
}
