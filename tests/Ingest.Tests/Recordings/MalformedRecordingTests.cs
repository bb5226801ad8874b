using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

/// <summary>Whatever a file holds, reading ends with a recording or a <see cref="RecordingException"/>.</summary>
public sealed class MalformedRecordingTests
{
    public static TheoryData<string> Files =>
        [.. ReferenceValues.Files("*").Select(path => Path.GetFileName(path)!), "skab", "pronostia", "quoted"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_CutAnywhere_GivesRecordingOrItsException(string name)
    {
        (byte[] whole, string extension) = Load(name);
        using TemporaryFile file = new("cut" + extension, whole);
        bool binary = extension != ".csv";
        int step = Math.Max(1, whole.Length / 120);
        for (int length = 0; length < whole.Length; length += step)
        {
            file.Write(whole[..length]);
            bool read = Attempt(file.Path);

            // Of the binary formats only a MATLAB file may end early at a variable's end and a universal file at a dataset's, unnoticed.
            Assert.False(read && binary && extension is not (".mat" or ".uff"), $"{name} cut to {length} of {whole.Length} bytes was taken");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_BytesChanged_GivesRecordingOrItsException(string name)
    {
        (byte[] whole, string extension) = Load(name);
        using TemporaryFile file = new("changed" + extension, whole);
        Random random = new(name.Length + whole.Length);
        byte[] extremes = [0, 1, 0x7F, 0x80, 0xFF];
        for (int round = 0; round < 120; round++)
        {
            byte[] changed = [.. whole];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                // Headers matter most.
                int at = random.Next(random.Next(2) == 0 ? Math.Min(256, whole.Length) : whole.Length);
                changed[at] = random.Next(2) == 0 ? extremes[random.Next(extremes.Length)] : (byte)random.Next(256);
            }

            file.Write(changed);
            Attempt(file.Path);
        }
    }

    [Theory]
    [InlineData(".mat")]
    [InlineData(".csv")]
    [InlineData(".npy")]
    [InlineData(".npz")]
    [InlineData(".uff")]
    [InlineData(".wav")]
    public void Read_RandomBytes_GivesRecordingOrItsException(string extension)
    {
        Random random = new(11);
        using TemporaryFile file = new("random" + extension, []);
        for (int round = 0; round < 200; round++)
        {
            byte[] bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            file.Write(bytes);
            Attempt(file.Path);
        }
    }

    [Fact]
    public void Read_LyingZlibLength_IsRefusedBeforeMemoryIsTaken()
    {
        // A compressed element whose stream claims a matrix of 2 GiB.
        byte[] header = File.ReadAllBytes(ReferenceValues.File("plain.mat"))[..128];
        using MemoryStream packed = new();
        using (System.IO.Compression.ZLibStream zlib = new(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            zlib.Write([14, 0, 0, 0, 0, 0, 0, 0x70]);
        }

        byte[] stream = packed.ToArray();
        using TemporaryFile file = new("bomb.mat", [.. header, 15, 0, 0, 0, (byte)stream.Length, 0, 0, 0, .. stream]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void Read_ZlibStreamThatAsksForADictionary_IsRefused()
    {
        byte[] header = File.ReadAllBytes(ReferenceValues.File("plain.mat"))[..128];
        byte[] stream = [0x78, 0x20, 0xAB, 0x56, 0x2A, 0xC9, 0xCC, 0x4D];
        using TemporaryFile file = new("dictionary.mat", [.. header, 15, 0, 0, 0, (byte)stream.Length, 0, 0, 0, .. stream]);

        Assert.Contains("zlib", Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path)).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LyingNumberOfPoints_IsRefusedBeforeMemoryIsTaken()
    {
        string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(ReferenceValues.File("uneven.uff")));
        using TemporaryFile file = new("lie.uff", text.Replace("        41         0", " 200000000         0", StringComparison.Ordinal));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    /// <summary>The first two are what a universal file has where a message quotes it, in its header and between its datasets.</summary>
    [Theory]
    [InlineData("x.uff")]
    [InlineData("others.uff")]
    [InlineData("x.npy")]
    [InlineData("x.npz")]
    [InlineData("x.mat")]
    [InlineData("x.csv")]
    public void Read_TextThatSteersATerminal_IsToldVisiblyAndBriefly(string name)
    {
        string hostile = "\e]0;owned\a\e[2J\u009B31m\r\u202E" + new string('x', 3000);
        using TemporaryFile file = new(name);
        switch (name)
        {
            case "x.uff":
                file.Write(Text(System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(ReferenceValues.File("text.uff"))).Replace(" 1.64247E+00", hostile, StringComparison.Ordinal)));
                break;
            case "others.uff":
                file.Write(Text($"    -1\n{hostile}\n    -1\n"));
                break;
            case "x.csv":
                file.Write(Text($"{hostile[..20].Replace('\r', ' ')},y\n1,2\n3,{hostile.Replace('\r', ' ')}\n"));
                break;
            case "x.mat":
                RecordingFiles.WriteMat(file.Path, isCompressed: false, new GeneratedAxis(hostile, 0, _ => 0));
                break;
            default:
                byte[] header = Text($"{{'descr': '{hostile}', 'fortran_order': False, 'shape': ({hostile}), }}");
                byte[] array = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header];
                file.Write(array);
                if (name == "x.npz")
                {
                    RecordingFiles.WriteZip(file.Path, isDeflated: false, ("a.npy", entry => entry.Write(array)));
                }

                break;
        }

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path, new RecordingOptions { Axes = name == "x.csv" ? ["z"] : null }));

        Assert.DoesNotContain(e.Message, c => char.IsControl(c) || c == '\u202E');
        Assert.InRange(e.Found.Length, 1, 240);
        Assert.InRange(e.Message.Length - file.Path.Length, 1, 520);
        Assert.Contains("\\u001B", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_LongText_KeepsItsEnds() =>
        Assert.Equal($"begins {new string('x', 152)}…{new string('x', 71)} in x.npy", new RecordingException("a", "b", $"begins {new string('x', 500)} in x.npy").Found);

    private static bool Attempt(string path)
    {
        try
        {
            Recording recording = RecordingReader.Read(path);
            Assert.All(recording.Axes, axis => Assert.NotEmpty(axis.Samples));
            return true;
        }
        catch (RecordingException e)
        {
            Assert.NotEmpty(e.Expected);
            Assert.NotEmpty(e.Found);
            return false;
        }
    }

    private static (byte[] Bytes, string Extension) Load(string name) => name switch
    {
        "skab" => (Text("datetime;x;anomaly\n2020-03-09 10:14:33;0.02;0.0\n2020-03-09 10:14:34;0.03;1.0\n"), ".csv"),
        "pronostia" => (Text("8,47,5,1.9691e+05,0.05,-0.253\n8,47,5,1.9695e+05,0.165,-0.14\n"), ".csv"),
        "quoted" => (Text("\"a\";\"b;c\"\n\"1,5\";2\n3;\"4\"\n"), ".csv"),
        _ => (File.ReadAllBytes(ReferenceValues.File(name)), Path.GetExtension(name)),
    };

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
