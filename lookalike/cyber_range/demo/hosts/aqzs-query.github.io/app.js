document.addEventListener("click",function(e){if(e.target.id==="go"){document.getElementById("r").textContent="查询成功：该证书状态有效";}});
