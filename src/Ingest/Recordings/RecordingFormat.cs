namespace Thrum.Ingest.Recordings;

/// <summary>How a recording's file is laid out.</summary>
public enum RecordingFormat
{
    /// <summary>By the file's extension.</summary>
    Auto,

    /// <summary>MATLAB level 5 (<c>.mat</c>, <c>save -v6</c> or <c>-v7</c>).</summary>
    Mat,

    /// <summary>Text table (<c>.csv</c>, <c>.tsv</c>, <c>.txt</c>).</summary>
    Csv,

    /// <summary>PRONOSTIA acceleration table: hour, minute, second, microsecond, horizontal, vertical; 25.6 kHz.</summary>
    Pronostia,

    /// <summary>NumPy array (<c>.npy</c>), [samples] or [samples, axes].</summary>
    Npy,

    /// <summary>Archive of NumPy arrays (<c>.npz</c>), stored or deflated.</summary>
    Npz,

    /// <summary>Universal file with time functions (<c>.uff</c>, <c>.unv</c>): dataset 58, text or binary.</summary>
    Uff,

    /// <summary>RIFF WAVE (<c>.wav</c>); integer samples become fractions of full scale.</summary>
    Wav,

    /// <summary>Bare little-endian float32 (<c>.f32</c>), axes interleaved.</summary>
    RawFloat32,

    /// <summary>Bare little-endian int16 (<c>.i16</c>), axes interleaved; counts as they are.</summary>
    RawInt16,
}
