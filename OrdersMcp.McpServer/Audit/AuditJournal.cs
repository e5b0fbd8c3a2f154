using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace OrdersMcp.McpServer.Audit;

/// <summary>
/// Records that the API does not have yet, in files. A record is handed to the operating system before the call is
/// answered, which outlives the end of this process by any cause, and is not waited for to reach the disk, which an end
/// of the machine may take away. Each process has files of its own, locked; one that starts takes over those of processes
/// that ended.
/// </summary>
internal sealed class AuditJournal : IDisposable
{
    private const string Extension = ".jsonl";
    private const long SegmentBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<Segment> _closed = new();
    private readonly AuditOptions _options;
    private readonly SemaphoreSlim _written = new(0, 1);
    private Segment? _current;
    private long _length;
    private byte[] _read = []; // used again for each batch

    public AuditJournal(IOptions<AuditOptions> options) => _options = options.Value;

    /// <summary>How many bytes wait.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Opens the folder, and takes over what ended processes left. Once it is open, nothing happens.</summary>
    /// <exception cref="OptionsValidationException">The folder cannot be used; the message names the setting.</exception>
    public void Open()
    {
        lock (_lock)
        {
            if (_current is not null)
            {
                return;
            }
        }

        var directory = _options.EffectiveDirectory;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            foreach (var path in Directory.EnumerateFiles(directory, "*" + Extension).Order(StringComparer.Ordinal))
            {
                Adopt(path);
            }

            lock (_lock)
            {
                _current = Segment.Create(directory);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(AuditOptions.Section, typeof(AuditOptions),
            [
                $"Records of tool calls cannot be kept in '{directory}' ({exception.Message}). Set "
                + $"{AuditOptions.Section}:{nameof(AuditOptions.Directory)} to a folder that can be written, or "
                + $"{AuditOptions.Section}:{nameof(AuditOptions.Api)} to nothing for no audit.",
            ]);
        }
    }

    /// <summary>Adds a record, a JSON object in one line; false where the journal is full.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool Append(ReadOnlySpan<byte> record)
    {
        lock (_lock)
        {
            var current = _current ?? throw new InvalidOperationException("The journal is not open.");
            if (_length + record.Length + 1 > _options.MaxJournalBytes)
            {
                return false;
            }

            if (current.Length > SegmentBytes)
            {
                _closed.Enqueue(current);
                _current = current = Segment.Create(_options.EffectiveDirectory);
            }

            current.Append(record);
            _length += record.Length + 1;
        }

        if (_written.CurrentCount == 0)
        {
            try
            {
                _written.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another call has just said so.
            }
        }

        return true;
    }

    /// <summary>Waits until something was written, or the time is over.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _written.WaitAsync(longest, cancellationToken);

    /// <summary>
    /// The oldest records, at most so many and of so many bytes, each a line; none where all are confirmed. They hold until
    /// the next reading.
    /// </summary>
    public JournalBatch Read(int mostRecords, int mostBytes)
    {
        lock (_lock)
        {
            if (_read.Length < mostBytes)
            {
                _read = new byte[mostBytes];
            }

            var buffer = _read.AsMemory(0, mostBytes);
            while (_closed.TryPeek(out var oldest))
            {
                var batch = oldest.Read(mostRecords, buffer);
                if (batch.Records.Count > 0)
                {
                    return batch;
                }

                _closed.Dequeue(); // what may be left of it is no whole record: its call was never answered
                _length -= oldest.Length - oldest.Confirmed;
                oldest.Delete();
            }

            return _current?.Read(mostRecords, buffer) ?? JournalBatch.Empty;
        }
    }

    /// <summary>The first so many records of a batch are no longer needed.</summary>
    public void Confirm(JournalBatch batch, int count)
    {
        lock (_lock)
        {
            var bytes = batch.Records.Take(count).Sum(record => (long)record.Length + 1);
            batch.Segment!.Confirm(bytes);
            _length -= bytes;
            if (batch.Segment == _current)
            {
                _current.TruncateIfConfirmed();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var segment in _closed)
            {
                segment.Dispose();
            }

            if (_current is { } current && current.Length == current.Confirmed)
            {
                current.Delete();
            }
            else
            {
                _current?.Dispose();
            }

            _current = null;
        }

        _written.Dispose();
    }

    private void Adopt(string path)
    {
        lock (_lock)
        {
            if (Segment.TryOpen(path) is { } left)
            {
                _closed.Enqueue(left);
                _length += left.Length;
            }
        }
    }

    /// <summary>One file. Its lock is held as long as it is open, so that no other process takes it over.</summary>
    internal sealed class Segment : IDisposable
    {
        private readonly SafeFileHandle _handle;
        private readonly string _path;

        private Segment(string path, FileMode mode)
        {
            _path = path;
            _handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);
            Length = RandomAccess.GetLength(_handle);
        }

        public long Length { get; private set; }

        public long Confirmed { get; private set; }

        public static Segment Create(string directory) => new(Path.Combine(directory, $"{Guid.CreateVersion7():N}{Extension}"), FileMode.CreateNew);

        /// <summary>The file of an ended process, or null where its process lives.</summary>
        public static Segment? TryOpen(string path)
        {
            try
            {
                return new Segment(path, FileMode.Open);
            }
            catch (IOException)
            {
                return null; // locked, or taken over and gone by now
            }
        }

        public void Append(ReadOnlySpan<byte> record)
        {
            var line = System.Buffers.ArrayPool<byte>.Shared.Rent(record.Length + 1);
            try
            {
                record.CopyTo(line);
                line[record.Length] = (byte)'\n';
                RandomAccess.Write(_handle, line.AsSpan(0, record.Length + 1), Length); // one write: all of it or an exception
                Length += record.Length + 1;
            }
            finally
            {
                System.Buffers.ArrayPool<byte>.Shared.Return(line);
            }
        }

        public JournalBatch Read(int mostRecords, Memory<byte> buffer)
        {
            var read = RandomAccess.Read(_handle, buffer.Span[..(int)Math.Min(buffer.Length, Length - Confirmed)], Confirmed);
            List<ReadOnlyMemory<byte>> records = [];
            var start = 0;
            while (records.Count < mostRecords && buffer.Span[start..read].IndexOf((byte)'\n') is >= 0 and var length)
            {
                records.Add(buffer.Slice(start, length));
                start += length + 1;
            }

            return new JournalBatch(this, records);
        }

        public void Confirm(long bytes) => Confirmed += bytes;

        public void TruncateIfConfirmed()
        {
            if (Confirmed == Length && Length > 0)
            {
                RandomAccess.SetLength(_handle, 0);
                (Length, Confirmed) = (0, 0);
            }
        }

        public void Delete()
        {
            File.Delete(_path); // while it is still locked
            _handle.Dispose();
        }

        public void Dispose() => _handle.Dispose();
    }
}

/// <summary>Records that wait, in the order of their writing.</summary>
internal sealed record JournalBatch(AuditJournal.Segment? Segment, IReadOnlyList<ReadOnlyMemory<byte>> Records)
{
    public static readonly JournalBatch Empty = new(Segment: null, []);
}
