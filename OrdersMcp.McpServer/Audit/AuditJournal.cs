using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace OrdersMcp.McpServer.Audit;

/// <summary>
/// Records that the API has not received yet, in files. A record is written to the operating system before the call is
/// answered, so it survives any end of this process. It is not flushed to disk, so a crash of the machine may lose it. Each
/// process has its own locked files; a new process adopts the files of ended processes.
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
    private byte[] _read = []; // reused for each batch

    public AuditJournal(IOptions<AuditOptions> options) => _options = options.Value;

    /// <summary>The number of waiting bytes.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Opens the folder, and adopts the files of ended processes. Does nothing if it is already open.</summary>
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
                $"The audit journal cannot be written in '{directory}' ({exception.Message}). Set "
                + $"{AuditOptions.Section}:{nameof(AuditOptions.Directory)} to a writable folder, or "
                + $"{AuditOptions.Section}:{nameof(AuditOptions.Api)} to an empty text for no audit.",
            ]);
        }
    }

    /// <summary>Adds a record, a JSON object in one line. Returns false if the journal is full.</summary>
    /// <exception cref="IOException">The record cannot be written.</exception>
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
                // Another call has signalled at the same time.
            }
        }

        return true;
    }

    /// <summary>Waits until a record is written or the time is over.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _written.WaitAsync(longest, cancellationToken);

    /// <summary>
    /// The oldest records within both limits, one per line; none if all are confirmed. They are valid until the next call.
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

                _closed.Dequeue(); // any rest is an incomplete record, whose call was never answered
                _length -= oldest.Length - oldest.Confirmed;
                oldest.Delete();
            }

            return _current?.Read(mostRecords, buffer) ?? JournalBatch.Empty;
        }
    }

    /// <summary>Removes the first <paramref name="count"/> records of a batch, which are no longer needed.</summary>
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

    /// <summary>One file. It is locked while it is open, so no other process adopts it.</summary>
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

        /// <summary>Opens the file of an ended process, or returns null if its process is running.</summary>
        public static Segment? TryOpen(string path)
        {
            try
            {
                return new Segment(path, FileMode.Open);
            }
            catch (IOException)
            {
                return null; // locked, or already adopted and deleted
            }
        }

        public void Append(ReadOnlySpan<byte> record)
        {
            var line = System.Buffers.ArrayPool<byte>.Shared.Rent(record.Length + 1);
            try
            {
                record.CopyTo(line);
                line[record.Length] = (byte)'\n';
                // one write: all of it or an exception
                RandomAccess.Write(_handle, line.AsSpan(0, record.Length + 1), Length);
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

/// <summary>Waiting records in the order in which they were written.</summary>
internal sealed record JournalBatch(AuditJournal.Segment? Segment, IReadOnlyList<ReadOnlyMemory<byte>> Records)
{
    public static readonly JournalBatch Empty = new(Segment: null, []);
}
