// As Stripe's own confirmCardPayment: first the card, then the person, when the bank asks for them.
{
  const localstripe = Stripe;
  Stripe = (key, options) => {
    const stripe = localstripe(key, options);
    const authenticate = stripe.confirmCardPayment;
    stripe.confirmCardPayment = async (secret, { payment_method: method } = {}) => {
      const card = method?.card instanceof Element ? { card: method.card.value?.card ?? {} } : method;
      const intent = secret.match(/^(pi_\w+)_secret_/)[1];
      const answer = await fetch(`${LOCALSTRIPE_BASE_API}/v1/payment_intents/${intent}/_authenticate/card`, {
        method: "POST",
        body: JSON.stringify({ key, client_secret: secret, payment_method: card }),
      });
      const body = await answer.json();
      if (body.error) return { error: body.error };
      if (body.status !== "requires_action") return { paymentIntent: body };
      const after = await authenticate(secret);
      if (after.paymentIntent?.last_payment_error) return { error: after.paymentIntent.last_payment_error };
      return after;
    };
    return stripe;
  };
}
