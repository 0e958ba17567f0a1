-- Whom the card provider knows no more (its keys were changed, or they were deleted there) has kept no card.

grant delete on card_customer to visavis_web;
