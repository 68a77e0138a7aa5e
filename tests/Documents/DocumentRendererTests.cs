using System.Text;
using System.Text.Json.Nodes;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using DoubleRandom.Documents.Rendering;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Documents;

/// <summary>Every template with the sample county's words, read back from the Word file.</summary>
public sealed class DocumentRendererTests
{
    private static readonly DocumentTemplates Templates = new();
    private static readonly DocumentRenderer Renderer = new(Templates);

    /// <summary>What the law asks each document to contain (domain 5.1), as it must be legible on the page of the sample.</summary>
    private static readonly Dictionary<string, string[]> Contents = new()
    {
        ["D01"] = ["崇信县应急管理局2026年度双随机抽查工作计划", "崇应急〔2026〕1号", "第六十二条", "22人×国家法定工作日248天", "生产经营单位安全生产综合抽查", "全县市场主体1001户", "不低于市场主体总量的3%", "4月至6月", "频次上限", "2026年1月12日"],
        ["D02"] = ["XQ2026-003", "工贸监管科", "杨玉梅", "2026年3月18日", "YJ-02", "定向抽查，比例10%", "高温季节", "45户", "2026年6月1日至2026年8月31日", "纳入崇应急抽计〔2026〕1号第3行"],
        ["D03"] = ["（崇）应急抽〔2026〕1号", "事项编号YJ-01", "2026年7月6日至2026年10月30日", "排查整治危险化学品", "共设3组", "实地检查和书面检查", "不得泄露检查对象名单", "20个工作日内公示"],
        ["D04"] = ["（崇）应急检审〔2026〕1号", "第六十五条", "甘肃宏兴化工商贸有限公司", "许可证、安全管理制度", "随机抽取确定", "本次为第1次", "62082326010", "62082326013", "安全专家2人：顾振华、龚淑琴", "2026年10月9日", "同意。马国栋"],
        ["D05"] = ["（崇）应急抽取〔2026〕1号", "28个；SHA-256", "DR-1", "各方承诺", "随机种子", "CX00010", "3 风险评估认为不宜随机抽查", "2026年7月9日10时00分", "监督人何志远、见证人谭秀英"],
        ["D06"] = ["（崇）应急公告〔2026〕1号", "任务编号2026-07", "许可证、安全管理制度", "2026年7月13日至2026年10月30日", "检查对象6户", "CX00027", "18名持证执法人员", "0933-0000000", "0933-0000001", "五个严禁"],
        ["D07"] = ["（崇）应急检查〔2026〕1号", "崇信县云川镇文苑路13号4幢105室", "15417840329", "危险化学品", "2026年10月9日", "危险化学品经营许可证在有效期内", "张鹏程负责取证和文书", "执法记录仪", "安全风险等级"],
        ["D08"] = ["（崇）应急检通〔2026〕1号", "第六十五条", "危险化学品仓库、专用储存室", "2026年10月9日", "王彦龙（执法证号：62082326010）", "申请回避", "有权拒绝接受检查", "危险化学品经营许可证", "本次为第1次", "一式两份"],
        ["D09"] = ["（崇）应急现记〔2026〕1号", "法定代表人（负责人）", "2026年10月9日9时30分至2026年10月9日11时45分", "62082326010", "出示证件", "强氧化剂与还原剂同库混存", "对上述检查情况无异议", "（签名）"],
        ["D10"] = ["（崇）应急汇〔2026〕1号", "二号库房", "强氧化剂与还原剂同库混存", "危险化学品安全管理条例第二十四条", "1、2", "重大", "责令立即排除", "石生荣", "信建军（签名）"],
        ["D11"] = ["（崇）应急现决〔2026〕1号", "未设置可燃气体检测报警装置", "中华人民共和国安全生产法第三十六条", "责令暂时停产停业", "二号库房、危险化学品专用储存室", "自2026年10月9日起", "60日内", "崇信县人民政府", "6个月内", "崇信县人民法院"],
        ["D12"] = ["（崇）应急责改〔2026〕1号", "强氧化剂与还原剂同库混存", "第1、2项属于重大事故隐患", "2026年10月16日前", "2026年11月9日前", "补记台账并落实专人登记", "由此造成事故的", "确保安全生产", "60日内", "6个月内", "一式两份", "2026年10月9日"],
        ["D13"] = ["（崇）应急延改〔2026〕1号", "（崇）应急责改〔2026〕1号", "洪水", "每两小时巡查一次", "同意延期", "2026年11月30日"],
        ["D14"] = ["（崇）应急复查〔2026〕1号", "（崇）应急责改〔2026〕1号", "已整改", "未整改", "移交立案查处", "被复查单位负责人", "复查人员（签名）", "62082326013"],
        ["D21"] = ["（崇）应急立〔2026〕1号", "随机抽查发现", "未设置可燃气体检测报警装置", "第三十六条第一款", "王彦龙（62082326010）", "同意立案"],
        ["D22"] = ["（崇）应急调〔2026〕1号", "未设置可燃气体检测报警装置", "现场照片4张", "第九十九条第（二）项", "首次被发现", "罚款人民币叁万伍仟元整"],
        ["D23"] = ["（崇）应急法审〔2026〕1号", "有管辖权", "未设置可燃气体检测报警装置", "第三十六条第一款", "2026年10月12日立案", "一般情节裁量", "同意。事实清楚"],
        ["D24"] = ["（崇）应急集〔2026〕1号", "马国栋、信建军、靳慧芳", "建议跟踪整改情况", "罚款人民币叁万伍仟元整", "主持人（签名）"],
        ["D25"] = ["（崇）应急告〔2026〕1号", "未设置可燃气体检测报警装置", "现场照片4张", "第三十六条第一款", "罚款人民币叁万伍仟元整（¥35,000.00）", "有陈述和申辩的权利", "2026年11月3日前"],
        ["D26"] = ["（崇）应急听告〔2026〕1号", "有要求听证的权利", "5个工作日内", "以书面形式", "不承担组织听证的费用", "电话0933-0000000"],
        ["D28"] = ["（崇）应急当罚〔2026〕1号", "未按规定佩戴劳动防护用品", "第四十五条", "壹仟元整", "2026年10月9日11时20分", "崇信县云川镇文苑路13号4幢105室", "60日内", "崇信县应急管理局", "62082326010"],
        ["D29"] =
        [
            "（崇）应急罚〔2026〕1号", "91620823MA6ELGLN0T", "崇信县云川镇文苑路13号4幢105室", "未设置可燃气体检测报警装置", "现场照片4张", "罚款人民币叁万伍仟元整", "第九十九条第（二）项", "首次被发现",
            "15日内", "指定的银行", "百分之三", "60日内", "6个月内", "崇信县应急管理局（印章）", "2026年11月9日",
        ],
        ["D30"] = ["（崇）应急不罚〔2026〕1号", "91620823MA6ELGLN0T", "未设置可燃气体检测报警装置", "第三十六条第一款", "违法行为轻微", "第三十三条", "决定不予行政处罚", "现对你（单位）进行教育", "60日内", "6个月内"],
        ["D32"] = ["（崇）应急催〔2026〕1号", "（崇）应急罚〔2026〕1号", "2026年11月25日", "叁万伍仟元整", "每日按罚款数额的百分之三", "截至2026年12月10日为15,750.00元", "上限35,000.00元", "10日内", "陈述和申辩", "电话0933-0000000", "申请人民法院强制执行"],
        ["D33"] = ["（崇）应急强申〔2027〕1号", "崇信县人民法院", "91620823MA6ELGLN0T", "（崇）应急罚〔2026〕1号", "叁万伍仟元整", "第三十六条第一款", "2027年5月12日", "（崇）应急催〔2026〕1号", "未提出陈述、申辩", "申请强制执行标的情况", "负责人（签名）"],
        ["D35"] = ["（崇）应急移函〔2026〕1号", "崇信县市场监督管理局", "未依法办理变更登记", "复印件1份", "2026年10月30日前"],
        ["D37"] = ["崇安委〔2026〕1号", "崇信县人民政府安全生产委员会文件", "甘肃宏兴化工商贸有限公司", "强氧化剂与还原剂同库混存", "第二十条", "不得恢复生产经营", "2026年12月31日止", "治理责任单位", "2026年10月28日前", "向社会公开"],
        ["D38"] = ["崇安委〔2026〕1号", "责任落实", "总经理马淑芬为第一责任人", "改造二号库房通风", "28万元", "2026年11月30日前完成改造", "专项预案", "60%"],
        ["D39"] = ["崇安委延〔2026〕1号", "崇安委〔2026〕1号", "2026年11月20日", "到货延迟", "同意延期", "2027年3月31日", "二号库房停止使用"],
        ["D40"] = ["崇安委摘〔2026〕1号", "崇安委〔2026〕1号", "治理合格", "编号9、10", "可以恢复相关场所", "予以摘牌"],
        ["D42"] = ["甘肃宏兴化工商贸有限公司", "监督检查", "5．发现问题已责令改正", "立案调查", "2026年10月9日", "崇信县应急管理局"],
        ["D43"] = ["崇应急〔2026〕12号", "抽取检查对象6户", "问题21项", "立案2起", "出入库登记台账不全", "适当降低抽查比例"],
        ["D44"] = ["（崇）应急结〔2026〕1号", "（崇）应急罚〔2026〕1号", "票据号0026118", "2026-07-003-罚01", "同意结案"],
        ["D45"] = ["行政处罚决定书", "（崇）应急罚〔2026〕1号", "直接送达", "石生荣", "崇信县云川镇文苑路13号4幢105室", "2026年11月10日", "拒收情况", "见证人"],
        ["D46"] = ["CX00027-001", "永久", "责令限期整改指令书", "10—11", "共6件"],
    };

    public static TheoryData<string> Codes => [.. Templates.All.Select(t => t.Code)];

    [Theory, MemberData(nameof(Codes))]
    public void Render_Sample_TheWordFileIsValidAndSaysWhatTheLawAsks(string code)
    {
        var bytes = Renderer.Render(code, Sample(code)).Value.Docx();

        using var document = WordprocessingDocument.Open(new MemoryStream(bytes), false);
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document).Select(e => $"{e.Path?.XPath}: {e.Description}"));
        var text = TextOf(document);
        Assert.All(Contents[code], c => Assert.Contains(c, text, StringComparison.Ordinal));
        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
        // No half-width punctuation between Chinese characters.
        Assert.DoesNotMatch("[\u4e00-\u9fff][,;:!?()][\u4e00-\u9fff]", text);
    }

    [Theory, MemberData(nameof(Codes))]
    public void Render_Sample_PageAndWordFileSayTheSameAndAreEqualEachTime(string code)
    {
        var first = Renderer.Render(code, Sample(code)).Value;

        Assert.Equal(first.Docx(), Renderer.Render(code, Sample(code)).Value.Docx());
        using var document = WordprocessingDocument.Open(new MemoryStream(first.Docx()), false);
        var page = string.Concat(DocumentRenderer.ContentOf(first.Html).DescendantNodes().OfType<System.Xml.Linq.XText>().Select(t => t.Value.Replace("\n", "", StringComparison.Ordinal)));
        Assert.Equal(page, TextOf(document, lines: false));
    }

    [Theory, MemberData(nameof(Codes))]
    public void Render_RequiredFieldMissing_NamesFieldAndDocument(string code)
    {
        var template = Templates.Find(code)!;
        foreach (var field in template.Required)
        {
            var data = Sample(code);
            var (owner, name) = field.Split('.') is [var outer, var inner] ? ((JsonObject)data[outer]!, inner) : (data, field);
            owner.Remove(name);

            var refusal = Renderer.Render(code, data).Refusal;

            Assert.Equal("documents.missing-field", refusal?.Code);
            Assert.Equal([template.Title, Templates.NameOf(field), field], refusal!.Arguments);
            Assert.NotEqual(field, Templates.NameOf(field));
        }
    }

    [Fact]
    public void Render_OfficialDocument_HasTheMeasuresOfTheStandard()
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(Renderer.Render("D37", Sample("D37")).Value.Docx()), false);
        var section = document.MainDocumentPart!.Document!.Body!.Elements<SectionProperties>().Single();
        var margin = section.GetFirstChild<PageMargin>()!;

        Assert.Equal((11906u, 16838u), (section.GetFirstChild<PageSize>()!.Width!.Value, section.GetFirstChild<PageSize>()!.Height!.Value));
        // 天头37毫米,订口28毫米,版心156毫米×225毫米, 22 lines of 29 points.
        Assert.Equal([37, 35, 28, 26], new[] { margin.Top!.Value, margin.Bottom!.Value, (int)margin.Left!.Value, (int)margin.Right!.Value }.Select(t => (int)Math.Round(t * 25.4 / 1440)));
        var body = document.MainDocumentPart.Document.Body.Elements<Paragraph>().First(p => p.InnerText.StartsWith("经查", StringComparison.Ordinal));
        Assert.Equal("580", body.ParagraphProperties!.SpacingBetweenLines!.Line!.Value);
        Assert.Equal(("仿宋_GB2312", "32"), (body.Descendants<RunFonts>().First().EastAsia!.Value, body.Descendants<FontSize>().First().Val!.Value));
        Assert.Equal(2, document.MainDocumentPart.FooterParts.Count());
    }

    [Fact]
    public void Render_Order_DateStaysWithItsSeal()
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(Renderer.Render("D12", Sample("D12")).Value.Docx()), false);
        var paragraphs = document.MainDocumentPart!.Document!.Body!.Elements<Paragraph>().ToList();
        var date = paragraphs.FindLastIndex(p => p.InnerText == "2026年10月9日");

        Assert.All(paragraphs[(date - 5)..date], p => Assert.NotNull(p.ParagraphProperties!.KeepNext));
    }

    [Theory]
    [InlineData(100_000, "壹仟元整")]
    [InlineData(1_000_005, "壹万元零伍分")]
    [InlineData(10_010_050, "壹拾万零壹佰元伍角整")]
    [InlineData(1_000_000_100, "壹仟万零壹元整")]
    public void Money_InFen_IsWrittenOut(long fen, string expected) => Assert.Equal(expected, ChineseText.Money(fen));

    [Fact]
    public void Render_MarkupInData_IsShownNotObeyed()
    {
        var data = Sample("D44");
        data["opinion"] = "<script>x</script>";
        Assert.DoesNotContain("<script>", Renderer.Render("D44", data).Value.Html, StringComparison.Ordinal);
    }

    internal static JsonObject Sample(string code) => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "samples", "documents", $"{code}.json")))!;

    private static string TextOf(WordprocessingDocument document, bool lines = true)
    {
        var text = new StringBuilder();
        foreach (var paragraph in document.MainDocumentPart!.Document!.Body!.Descendants<Paragraph>())
        {
            foreach (var piece in paragraph.Descendants<Text>()) text.Append(piece.Text);
            if (lines) text.Append('\n');
        }
        return text.ToString();
    }
}
