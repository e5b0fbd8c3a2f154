using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

namespace OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

/// <summary>
/// A public key of the issuer (RFC 7517) with the algorithms that its kind allows: what a token says it is signed with
/// never chooses how a key is used (RFC 8725, section 3.1). Symmetric keys are none.
/// </summary>
internal sealed class VerificationKey
{
    private const int SmallestModulus = 2048 / 8;
    private const int LargestModulus = 8192 / 8;
    private const int LargestExponent = 8;

    private readonly string[] _algorithms;
    private readonly int _signatureLength;
    private readonly Func<AsymmetricAlgorithm> _create;

    /// <summary>The platform's key objects are used by one thread at a time; making one costs as much as a check.</summary>
    private readonly ConcurrentBag<AsymmetricAlgorithm> _idle = [];

    private VerificationKey(string? id, string[] algorithms, int signatureLength, Func<AsymmetricAlgorithm> create)
    {
        (Id, _algorithms, _signatureLength, _create) = (id, algorithms, signatureLength, create);
        _idle.Add(create()); // a key that the platform does not take, such as a point off its curve, ends here
    }

    public string? Id { get; }

    /// <summary>The key, or null where it is not one that signs tokens.</summary>
    public static VerificationKey? Read(JsonElement jwk)
    {
        try
        {
            if (Jwt.Text(jwk, "use") is { } use && use != "sig")
            {
                return null;
            }

            var key = Jwt.Text(jwk, "kty") switch
            {
                "RSA" => ReadRsa(jwk),
                "EC" => ReadEllipticCurve(jwk),
                _ => null,
            };
            return key?._algorithms.Length > 0 ? key : null;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or TokenRefusedException
            or InvalidOperationException)
        {
            return null; // the others of the set are still of use
        }
    }

    /// <summary>Whether a token that says so may be checked with this key.</summary>
    public bool Fits(string algorithm, string? keyId) =>
        _algorithms.Contains(algorithm, StringComparer.Ordinal) && (keyId is null || keyId == Id);

    public bool Verifies(Jwt token)
    {
        var signature = token.Signature;
        if (signature.Length != _signatureLength || !_algorithms.Contains(token.Algorithm, StringComparer.Ordinal))
        {
            return false;
        }

        var key = _idle.TryTake(out var idle) ? idle : _create();
        try
        {
            return (key, token.Algorithm) switch
            {
                (RSA rsa, "RS256") => rsa.VerifyData(token.Signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                (RSA rsa, "PS256") => rsa.VerifyData(token.Signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                (ECDsa ec, "ES256") => IsNoZero(signature) && ec.VerifyData(
                    token.Signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                (ECDsa ec, "ES384") => IsNoZero(signature) && ec.VerifyData(
                    token.Signed, signature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            _idle.Add(key);
        }
    }

    private static VerificationKey? ReadRsa(JsonElement jwk)
    {
        var parameters = new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") };
        return parameters.Modulus!.Length is < SmallestModulus or > LargestModulus || parameters.Modulus[0] == 0
            || parameters.Exponent!.Length > LargestExponent || parameters.Exponent is [] or [1] || (parameters.Exponent[^1] & 1) == 0
            ? null
            : new VerificationKey(Jwt.Text(jwk, "kid"), Allowed(jwk, "RS256", "PS256"), parameters.Modulus.Length, () => RSA.Create(parameters));
    }

    private static VerificationKey? ReadEllipticCurve(JsonElement jwk)
    {
        (string Algorithm, ECCurve Curve, int Size)? known = Jwt.Text(jwk, "crv") switch
        {
            "P-256" => ("ES256", ECCurve.NamedCurves.nistP256, 32),
            "P-384" => ("ES384", ECCurve.NamedCurves.nistP384, 48),
            _ => null,
        };
        if (known is not { } curve)
        {
            return null;
        }

        var parameters = new ECParameters { Curve = curve.Curve, Q = { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") } };
        return parameters.Q.X!.Length != curve.Size || parameters.Q.Y!.Length != curve.Size
            ? null
            : new VerificationKey(Jwt.Text(jwk, "kid"), Allowed(jwk, curve.Algorithm), 2 * curve.Size, () => ECDsa.Create(parameters));
    }

    private static string[] Allowed(JsonElement jwk, params string[] ofItsKind) =>
        Jwt.Text(jwk, "alg") is { } algorithm ? [.. ofItsKind.Where(each => each == algorithm)] : ofItsKind;

    private static byte[] Bytes(JsonElement jwk, string name) =>
        Jwt.Decode(Jwt.Text(jwk, name) ?? throw new FormatException($"{name} is missing."));

    /// <summary>Neither half is zero: a signature of zeros is of every message to a careless library (CVE-2022-21449).</summary>
    private static bool IsNoZero(ReadOnlySpan<byte> signature) =>
        signature[..(signature.Length / 2)].ContainsAnyExcept((byte)0) && signature[(signature.Length / 2)..].ContainsAnyExcept((byte)0);
}
