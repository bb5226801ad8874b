using Thrum.Sink.Webhooks;

namespace Thrum.Sink.Tests.Webhooks;

public sealed class WebhookSignerTests
{
    // Expected: python3 -c 'import hmac,hashlib,base64; k=base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    // print(base64.b64encode(hmac.new(k,b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}",hashlib.sha256).digest()))'
    [Fact]
    public void Sign_KnownMessage_EqualsIndependentHmac() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        new WebhookSigner("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));

    // RFC 8032, section 7.1, tests 1 and 2.
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    public void Ed25519_PublishedVectors_AreMet(string key, string message, string signature) => Assert.Equal(
        signature, Convert.ToHexStringLower(Ed25519.Sign(Convert.FromHexString(key), Convert.FromHexString(message))));

    [Fact]
    public void Sign_PrivateKey_SignsIdTimeAndBody()
    {
        byte[] key = Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        string expected = "v1a," + Convert.ToBase64String(Ed25519.Sign(key, "id.7.{}"u8.ToArray()));
        Assert.Equal(expected, new WebhookSigner("whsk_" + Convert.ToBase64String(key)).Sign("id", 7, "{}"u8));
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==", false)]
    [InlineData("whsec_not base64!", false)]
    [InlineData("whsec_", false)]
    [InlineData("whsk_TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=", true)]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    public void IsKey_Forms_AreChecked(string key, bool good) => Assert.Equal(good, WebhookSigner.IsKey(key));
}
