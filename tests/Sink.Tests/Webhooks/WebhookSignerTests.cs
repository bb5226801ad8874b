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

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==", false)]
    [InlineData("whsec_not base64!", false)]
    [InlineData("whsec_", false)]
    public void IsSecret_Forms_AreChecked(string secret, bool good) => Assert.Equal(good, WebhookSigner.IsSecret(secret));
}
