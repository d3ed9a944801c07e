"""Addresses of ethics review: expert re-review, reviews recorded here but held elsewhere, letters."""

from __future__ import annotations

from django.urls import URLPattern, path

from ethics.views import expert_reviews, letters, recorded

urlpatterns: list[URLPattern] = [
    path("applications/<str:reference>/expert/", expert_reviews.detail, name="expert-detail"),
    path("applications/<str:reference>/expert/request/", expert_reviews.ask, name="expert-request"),
    path("applications/<str:reference>/expert/pack.zip", expert_reviews.pack, name="expert-pack"),
    path("applications/<str:reference>/expert/receive/", expert_reviews.receive, name="expert-receive"),
    path("applications/<str:reference>/expert/answer/", expert_reviews.answer, name="expert-answer"),
    path("applications/<str:reference>/expert/conclude/", expert_reviews.conclude, name="expert-conclude"),
    path("applications/<str:reference>/put-off/", expert_reviews.put_off, name="expert-put-off"),
    path("applications/<str:reference>/waive/", recorded.waive, name="recorded-waive"),
    path("units/<str:reference>/reviews/record/", recorded.enter, name="recorded-enter"),
    path("applications/<str:reference>/recorded/paper/", recorded.paper, name="recorded-paper"),
    path("applications/<str:reference>/recorded/accept/", recorded.accept, name="recorded-accept"),
    path("applications/<str:reference>/recorded/decide/", recorded.decide, name="recorded-decide"),
    path("applications/<str:reference>/recorded/verify/", recorded.verify, name="recorded-verify"),
    path("applications/<str:reference>/recorded/resubmit/", recorded.resubmit, name="recorded-resubmit"),
    path("applications/<str:reference>/recorded/withdraw/", recorded.withdraw, name="recorded-withdraw"),
    path("applications/<str:reference>/letters/", letters.letter_list, name="application-letters"),
    path("letters/<int:pk>/", letters.detail, name="letter-detail"),
    path("letters/<int:pk>/letter.docx", letters.docx, name="letter-docx"),
    path("letters/<int:pk>/deliver/", letters.deliver, name="letter-deliver"),
    path("letters/<int:pk>/recall/", letters.recall, name="letter-recall"),
    path("own/letters/<int:pk>/", letters.own, name="own-letter"),
    path("own/letters/<int:pk>/letter.docx", letters.own_docx, name="own-letter-docx"),
]
