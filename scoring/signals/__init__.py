"""All signals, sorted by name: an explicit list, so that adding a file changes nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.signals.account_lookalike import AccountLookalike
from scoring.signals.advert_contact import AdvertContact
from scoring.signals.advert_forgery import AdvertForgery
from scoring.signals.advert_pattern import AdvertPattern
from scoring.signals.advert_price import AdvertPrice
from scoring.signals.advert_promise import AdvertPromise
from scoring.signals.advert_slogans import AdvertSlogans
from scoring.signals.advert_told import AdvertTold
from scoring.signals.advert_wording import AdvertWording
from scoring.signals.archive_frame import ArchiveFrame
from scoring.signals.bare_ip import BareIp
from scoring.signals.certificate_mismatch import CertificateMismatch
from scoring.signals.certificate_result import CertificateResult
from scoring.signals.claim_organ import ClaimOrgan
from scoring.signals.claim_other_organ import ClaimOtherOrgan
from scoring.signals.client_difference import ClientDifference
from scoring.signals.copied_paths import CopiedPaths
from scoring.signals.dead_deep_links import DeadDeepLinks
from scoring.signals.demo_site import DemoSite
from scoring.signals.dns_disagreement import DnsDisagreement
from scoring.signals.edu_label import EduLabel
from scoring.signals.emblem import Emblem
from scoring.signals.entrance_portal import EntrancePortal
from scoring.signals.established_domain import EstablishedDomain
from scoring.signals.favicon_match import FaviconMatch
from scoring.signals.foreign_jiucuo import ForeignJiucuo
from scoring.signals.foreign_network import ForeignNetwork
from scoring.signals.found_by_query import FoundByQuery
from scoring.signals.free_hosting import FreeHosting
from scoring.signals.genuine_domain import GenuineDomain
from scoring.signals.genuine_host import GenuineHost
from scoring.signals.gov_label import GovLabel
from scoring.signals.gov_path_advert import GovPathAdvert
from scoring.signals.hidden_text import HiddenText
from scoring.signals.honest_school import HonestSchool
from scoring.signals.hotlinked_resources import HotlinkedResources
from scoring.signals.invented_body import InventedBody
from scoring.signals.late_official_name import LateOfficialName
from scoring.signals.linked_from_advert import LinkedFromAdvert
from scoring.signals.mirrored_from import MirroredFrom
from scoring.signals.name_chinese import NameChinese
from scoring.signals.name_embedded import NameEmbedded
from scoring.signals.name_fake_gov import NameFakeGov
from scoring.signals.name_lookalike import NameLookalike
from scoring.signals.name_pinyin import NamePinyin
from scoring.signals.name_servers import NameServers
from scoring.signals.news_page import NewsPage
from scoring.signals.odd_charset import OddCharset
from scoring.signals.official_marks import OfficialMarks
from scoring.signals.older_encoding import OlderEncoding
from scoring.signals.older_generation import OlderGeneration
from scoring.signals.organ_that_sells import OrganThatSells
from scoring.signals.other_subject import OtherSubject
from scoring.signals.own_body import OwnBody
from scoring.signals.paid_position import PaidPosition
from scoring.signals.parked_page import ParkedPage
from scoring.signals.picture_text import PictureText
from scoring.signals.qr_contact import QrContact
from scoring.signals.qr_target import QrTarget
from scoring.signals.query_form import QueryForm
from scoring.signals.question_bank import QuestionBank
from scoring.signals.quoting_context import QuotingContext
from scoring.signals.redirect_offsite import RedirectOffsite
from scoring.signals.redirect_to_genuine import RedirectToGenuine
from scoring.signals.registrant_mismatch import RegistrantMismatch
from scoring.signals.registrar import Registrar
from scoring.signals.registration_age import RegistrationAge
from scoring.signals.registration_privacy import RegistrationPrivacy
from scoring.signals.registration_term import RegistrationTerm
from scoring.signals.screen_similarity import ScreenSimilarity
from scoring.signals.self_proclaimed import SelfProclaimed
from scoring.signals.shared_with_confirmed import SharedWithConfirmed
from scoring.signals.short_lived import ShortLived
from scoring.signals.stolen_analytics import StolenAnalytics
from scoring.signals.stolen_conac import StolenConac
from scoring.signals.stolen_icp import StolenIcp
from scoring.signals.stolen_police_record import StolenPoliceRecord
from scoring.signals.stolen_site_code import StolenSiteCode
from scoring.signals.structure_similarity import StructureSimilarity
from scoring.signals.text_similarity import TextSimilarity
from scoring.signals.title_match import TitleMatch
from scoring.signals.unsigned_query import UnsignedQuery
from scoring.signals.young_certificate import YoungCertificate

if TYPE_CHECKING:
    from scoring.result import Signal

SIGNALS: tuple[Signal, ...] = (
    AccountLookalike(),
    AdvertContact(),
    AdvertForgery(),
    AdvertPattern(),
    AdvertPrice(),
    AdvertPromise(),
    AdvertSlogans(),
    AdvertTold(),
    AdvertWording(),
    ArchiveFrame(),
    BareIp(),
    CertificateMismatch(),
    CertificateResult(),
    ClaimOrgan(),
    ClaimOtherOrgan(),
    ClientDifference(),
    CopiedPaths(),
    DeadDeepLinks(),
    DemoSite(),
    DnsDisagreement(),
    EduLabel(),
    Emblem(),
    EntrancePortal(),
    EstablishedDomain(),
    FaviconMatch(),
    ForeignJiucuo(),
    ForeignNetwork(),
    FoundByQuery(),
    FreeHosting(),
    GenuineDomain(),
    GenuineHost(),
    GovLabel(),
    GovPathAdvert(),
    HiddenText(),
    HonestSchool(),
    HotlinkedResources(),
    InventedBody(),
    LateOfficialName(),
    LinkedFromAdvert(),
    MirroredFrom(),
    NameChinese(),
    NameEmbedded(),
    NameFakeGov(),
    NameLookalike(),
    NamePinyin(),
    NameServers(),
    NewsPage(),
    OddCharset(),
    OfficialMarks(),
    OlderEncoding(),
    OlderGeneration(),
    OrganThatSells(),
    OtherSubject(),
    OwnBody(),
    PaidPosition(),
    ParkedPage(),
    PictureText(),
    QrContact(),
    QrTarget(),
    QueryForm(),
    QuestionBank(),
    QuotingContext(),
    RedirectOffsite(),
    RedirectToGenuine(),
    RegistrantMismatch(),
    Registrar(),
    RegistrationAge(),
    RegistrationPrivacy(),
    RegistrationTerm(),
    ScreenSimilarity(),
    SelfProclaimed(),
    SharedWithConfirmed(),
    ShortLived(),
    StolenAnalytics(),
    StolenConac(),
    StolenIcp(),
    StolenPoliceRecord(),
    StolenSiteCode(),
    StructureSimilarity(),
    TextSimilarity(),
    TitleMatch(),
    UnsignedQuery(),
    YoungCertificate(),
)
