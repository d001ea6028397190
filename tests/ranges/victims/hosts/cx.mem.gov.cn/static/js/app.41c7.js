(function () {
  var site = "特种作业操作证及安全生产知识和管理能力考核合格信息查询平台";
  var root = document.getElementById("app");
  function frame(inner) {
    return '<div class="top"><img src="/static/img/logo.png" alt=""><h1>' + site + '<small>中华人民共和国应急管理部</small></h1></div>' + inner +
      '<div class="foot"><p>主办单位：中华人民共和国应急管理部</p><p>技术支持：应急管理部通信信息中心　统一举报电话：12350</p></div>';
  }
  function row(label, field) { return '<div class="row"><label>' + label + '</label>' + field + '</div>'; }
  function form(title, extra) {
    return '<div class="panel"><h2>' + title + '</h2>' +
      row("证件类型", '<select class="ant-select" name="idcardTypeCode"><option value="">请选择证件类型</option><option value="01">身份证</option></select>') +
      row("证件号码", '<input class="ant-input" name="idcardNum" placeholder="请输入证件号码">') +
      row("姓名", '<input class="ant-input" name="name" placeholder="请输入姓名">') + extra +
      row("验证码", '<input class="ant-input" name="code" placeholder="请输入验证码"><i class="yzm-style-img"></i>') +
      '<button class="btn">进入查询</button><p class="tip">证书签发后三日内可查。扫码查验请使用公众号“国家安全生产考试”。</p></div>';
  }
  var path = location.pathname;
  if (path === "/special") root.innerHTML = frame(form("特种作业操作证查询", ""));
  else if (path === "/safety") root.innerHTML = frame(form("安全生产知识和管理能力考核合格信息查询", row("人员类型", '<select class="ant-select" name="personTypeCode"><option>主要负责人</option><option>安全生产管理人员</option></select>')));
  else root.innerHTML = frame('<div class="entry"><div class="card"><h2>特种作业操作证查询</h2><p>电工、焊接与热切割、高处、制冷、煤矿、危险化学品等作业</p><a href="/special?index=0">进入查询</a></div><div class="card"><h2>安全生产知识和管理能力考核合格信息查询</h2><p>高危行业主要负责人和安全生产管理人员</p><a href="/safety?index=1">进入查询</a></div></div>');
})();
