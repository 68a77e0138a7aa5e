using System.Text;

namespace DoubleRandom.Inspections.Imports;

/// <summary>Small text files that are read whole: the calendar and the office's own file, UTF-8 or GB18030.</summary>
public static class TextOf
{
    private const int MaxBytes = 8 * 1024 * 1024;

    public static async Task<TextReader> ReaderAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0 && memory.Length <= MaxBytes) memory.Write(buffer, 0, read);
        var bytes = memory.ToArray();
        try
        {
            return new StringReader(new UTF8Encoding(false, true).GetString(bytes).TrimStart('\uFEFF'));
        }
        catch (DecoderFallbackException)
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return new StringReader(Encoding.GetEncoding("GB18030").GetString(bytes));
        }
    }
}
